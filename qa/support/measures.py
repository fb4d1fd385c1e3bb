"""The words and signs of numbers, dates and units, each with what it is worth or stands for."""

from __future__ import annotations

MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep"
        "|october oct|november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    word: 10 * value for value, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)
}
ONES = "one two three four five six seven eight nine".split()
LARGE = {
    "dozen": 12,
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
SCALES = LARGE | {
    "k": 10**3,
    "mn": 10**6,
    "bn": 10**9,
    "千": 10**3,
    "万": 10**4,
    "亿": 10**8,
    "万亿": 10**12,
}
ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
        "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}
PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifths": 5}
UNITS = {
    word: names.split()[0]
    for names in (
        "% percent pct per\u00a0cent",
        "points percentage\u00a0points percentage\u00a0point",
        "$ us$ usd dollars dollar",
        "€ eur euros euro",
        "£ gbp",
        "¥ cny rmb yuan renminbi 元 人民币",
        "jpy yen",
        "rupees rupee",
        "cents cent",
        "seconds second",
        "minutes minute min",
        "hours hour h 小时",
        "days day 天",
        "weeks week",
        "months month 个月",
        "years year 年",
        "decades decade",
        "centuries century",
        "km kilometres kilometers kilometre kilometer",
        "miles mile mi",
        "metres meters metre meter m",
        "cm centimetres centimeters centimetre centimeter",
        "mm millimetres millimeters",
        "feet foot ft",
        "inches inch",
        "yards yard",
        "kg kilograms kilogram",
        "grams gram g",
        "mg milligrams",
        "tons ton tonnes tonne",
        "pounds pound lbs lb",
        "acres acre",
        "hectares hectare",
        "degrees degree °",
        "gb gigabytes",
        "mb megabytes",
        "mw megawatts",
        "gw gigawatts",
        "kw kilowatts",
    )
    for word in (one.replace("\u00a0", " ") for one in names.split(" "))
}
CURRENCIES = {"$", "us$", "usd", "€", "eur", "£", "gbp", "¥", "cny", "rmb"}
