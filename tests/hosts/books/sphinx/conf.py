project = "Caching"
extensions = ["myst_parser"]
html_js_files = [("{home}embed.js", {"defer": "defer"})]
