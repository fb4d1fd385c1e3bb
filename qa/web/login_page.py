"""The page on which one signs in: a form, and the words of what went wrong. It needs no script and no file.

Pure function from words to HTML; every word that came from a request is escaped.
"""

from __future__ import annotations

from html import escape

# The page is whole by itself, so nothing else may load.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)

_STYLE = """
:root { color-scheme: light dark; --ink: #18181b; --soft: #52525b; --paper: #fafafa; --field: #fff;
  --line: #71717a; --accent: #1d4ed8; --on-accent: #fff; --alarm: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --ink: #f4f4f5; --soft: #a1a1aa; --paper: #18181b;
  --field: #27272a; --line: #a1a1aa; --accent: #93c5fd; --on-accent: #18181b; --alarm: #fca5a5; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 1.5rem;
  font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { width: 100%; max-width: 22rem; }
h1 { font-size: 1.35rem; margin: 0 0 1.25rem; }
label { display: block; font-weight: 600; margin: 1rem 0 0.3rem; }
input { width: 100%; font: inherit; color: inherit; padding: 0.6rem 0.75rem; border: 1px solid var(--line);
  border-radius: 8px; background: var(--field); }
button { width: 100%; font: inherit; font-weight: 600; margin-top: 1.5rem; padding: 0.65rem; border: 0;
  border-radius: 8px; color: var(--on-accent); background: var(--accent); cursor: pointer; }
input:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#fault { margin: 0; padding: 0.1em 0 0.1em 0.8em; border-left: 3px solid var(--alarm); color: var(--alarm); }
.hint { color: var(--soft); font-size: 0.9rem; margin: 1.5rem 0 0; }
"""


def login_page(then: str, name: str = "", fault: str = "") -> str:
    """then: the path to go to afterwards. name: as it was typed. fault: why one is not signed in."""
    alert = f'<p id="fault" role="alert">{escape(fault)}</p>' if fault else ""
    told = ' aria-invalid="true" aria-describedby="fault"' if fault else ""
    on_name, on_password = ("", " autofocus") if name else (" autofocus", "")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{"Not signed in" if fault else "Sign in"}</title>
<link rel="icon" href="data:,">
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Sign in to ask your documents</h1>
{alert}
<form method="post" action="/login">
<input type="hidden" name="next" value="{escape(then)}">
<label for="name">Name</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none"
 spellcheck="false" required{on_name}{told}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"
 required{on_password}{told}>
<button>Sign in</button>
</form>
<p class="hint">No account, or a forgotten password? Ask whoever runs this server.</p>
</main>
</body>
</html>
"""
