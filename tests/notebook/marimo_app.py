import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import stalemate

    playground = mo.ui.anywidget(stalemate.Playground(preset="ca6", compact=True))
    playground
    return mo, playground


@app.cell
def _(mo, playground):
    # runs again whenever the page says something
    said = f"{playground.value['time_us']} µs, {len(playground.value['violations'])} violations"
    mo.Html(f"<p id='said'>{said}</p>")
    return


if __name__ == "__main__":
    app.run()
