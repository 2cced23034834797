//! How the editor's text looks: its colours on it to the pixel, hostile texts, how long a key takes.

use serde_json::json;

use super::*;

/// How long a key takes, up to where the page is laid out again. `make bench-page` asks for it.
#[test]
#[ignore = "measures; it needs a release build"]
fn bench_of_typing_into_two_thousand_lines() {
    let page = Page::open("");
    edit(&page);
    let known = builtin::find("cache-aside").unwrap().source;
    for lines in [50, 2_000] {
        put(&page, &known.lines().cycle().take(lines).collect::<Vec<_>>().join("\n"));
        for key in ["x", "\n"] {
            let took = page.execute(
                "const area = document.getElementById('strategy-text');
                 const layer = document.querySelector('.sheet-text');
                 const middle = area.value.indexOf('\\n', area.value.length / 2);
                 area.setSelectionRange(middle, middle);
                 const frame = () => new Promise(requestAnimationFrame);
                 const took = [];
                 const one = async () => {
                     const began = performance.now();
                     document.execCommand('insertText', false, arguments[0]);
                     await null;
                     layer.getBoundingClientRect();
                     took.push(performance.now() - began);
                     await frame();
                     await frame();
                     if (took.length < 60) return one();
                     took.sort((a, b) => a - b);
                     return [took[30], took[57]].map((ms) => ms.toFixed(1));
                 };
                 return one();",
                json!([key]),
            );
            println!("{lines} lines, {key:?}: median and p95 in ms: {took}");
        }
    }
}

/// For looking at, not a test.
#[test]
#[ignore = "makes pictures"]
fn pictures() {
    let page = Page::open("");
    edit(&page);
    let shot = |name: &str| {
        for (shape, (width, height)) in [("wide", WIDE), ("narrow", NARROW)] {
            page.resize(width, height);
            for light in ["light", "dark"] {
                page.prefer("prefers-color-scheme", light);
                println!(
                    "{}",
                    page.screenshot(&format!("editor-{name}-{shape}-{light}")).display()
                );
            }
        }
    };
    retype(&page, "db.read", "dbb.read");
    retype(&page, "db.write(key, value)", "db.write(key)");
    page.shows("#findings-title", "2 problems");
    shot("wrong");
    retype(&page, "dbb.read", "db.read");
    retype(&page, "db.write(key)", "log(key)");
    stands(&page, "unrun");
    page.execute("document.querySelectorAll('dialog .tab')[1].click()", json!([]));
    shot("changed");
}

#[test]
fn wrong_or_right_it_breaks_no_rule_of_accessibility() {
    let page = Page::open("");
    edit(&page);
    for (width, height) in [WIDE, NARROW] {
        page.resize(width, height);
        for light in ["light", "dark"] {
            page.prefer("prefers-color-scheme", light);
            let wrong = text(&page).replace("db.read", "dbb.read");
            paste(&page, &wrong);
            stands(&page, "wrong");
            assert_eq!(
                accessibility::violations(&page),
                [] as [String; 0],
                "{width} {light} wrong"
            );
            paste(&page, &wrong.replace("dbb.read", "db.read"));
            stands(&page, "runs");
            assert_eq!(accessibility::violations(&page), [] as [String; 0], "{width} {light}");
            page.execute("document.querySelectorAll('dialog .tab')[1].click()", json!([]));
            page.element("#compare");
            let sideways = page.execute(
                "const dialog = document.querySelector('dialog[open]');
                 return dialog.scrollWidth - dialog.clientWidth;",
                json!([]),
            );
            assert_eq!(sideways, 0, "{width}: the dialog is wider than the window");
            page.click("button", "Code");
        }
    }
}

/// How far text area and coloured text are from each other: nothing but the text, its size and
/// its place. Gives what is not as it should be.
const APART: &str = "
    const area = document.getElementById('strategy-text');
    const layer = document.querySelector('.sheet-text');
    const rows = [...layer.querySelectorAll('.code-row')].slice(0, -1);
    const bare = rows.map((row) => {
        const copy = row.cloneNode(true);
        const note = copy.querySelector('.sheet-note');
        if (note) { note.previousSibling.remove(); note.remove(); }
        return copy;
    });
    const bad = [];
    if (bare.map((row) => row.textContent).join('\\n') !== area.value) bad.push('the texts differ');
    const [a, b] = [area.getBoundingClientRect(), layer.getBoundingClientRect()];
    if (Math.abs(a.left - b.left) > .01 || Math.abs(a.top - b.top) > .01) bad.push('they begin apart');
    if (area.scrollWidth > area.clientWidth || area.scrollHeight > area.clientHeight) bad.push('the area scrolls by itself');
    if (area.scrollLeft || area.scrollTop) bad.push('the area is scrolled by itself');
    const style = (e) => getComputedStyle(e);
    for (const what of ['fontFamily', 'fontSize', 'lineHeight', 'letterSpacing', 'tabSize', 'whiteSpace', 'paddingLeft', 'paddingTop', 'direction', 'wordSpacing', 'textIndent', 'fontKerning', 'fontVariantLigatures'])
        if (style(area)[what] !== style(layer)[what]) bad.push(`${what}: ${style(area)[what]}, ${style(layer)[what]}`);
    // As narrow as it gets, the area scrolls over what its text takes.
    const width = Math.max(...rows.map((row, at) => {
        const range = document.createRange();
        range.selectNodeContents(row);
        const note = row.querySelector('.sheet-note');
        if (note) range.setEndBefore(note.previousSibling);
        return range.getBoundingClientRect().width;
    }));
    const row = rows[0].getBoundingClientRect().height;
    area.style.right = area.style.bottom = 'auto';
    area.style.width = area.style.height = '0';
    const found = [area.scrollWidth - parseFloat(style(area).paddingLeft), area.scrollHeight - 2 * parseFloat(style(area).paddingTop)];
    area.style.cssText = '';
    const least = parseFloat(style(area).paddingRight);
    if (Math.abs(found[0] - Math.max(width, least)) > 2) bad.push(`widths: ${found[0]}, ${width}`);
    if (Math.abs(found[1] - row * rows.length) > 2) bad.push(`heights: ${found[1]}, ${row * rows.length}`);
    return bad;";

/// The page looks at a text in a timer, which a later and longer one comes after.
fn is_looked_at(page: &Page) {
    page.execute("return new Promise((done) => setTimeout(done, 300))", json!([]));
    page.catch_up();
    page.until(
        "it is looked at",
        "return document.querySelector('#standing').dataset.standing !== 'runs'",
    );
}

#[test]
fn colours_and_text_lie_on_each_other_whatever_the_text() {
    let page = Page::open("");
    edit(&page);
    let long = format!("x = {}", "'é' + ".repeat(3_000));
    for text in [
        builtin::find("write-behind").unwrap().source,
        "",
        "\n\n\n",
        "a\tb\t\tc\n\t\td = 1 # é😀\n😀😀😀 = 日本語\n",
        "# \u{5e9}\u{5dc}\u{5d5}\u{5dd} (abc) \u{5e2}\u{5d5}\u{5dc}\u{5dd}\nx = '\u{645}\u{631}\u{62d}\u{628}\u{627}' + 1\n",
        "e\u{301}\u{301} = 1\n👩‍👩‍👧 = 2\n",
        &long,
        &"def read(key):\n    return cash.get(key)  # a line\n".repeat(400),
    ] {
        paste(&page, text);
        is_looked_at(&page);
        let apart = page.execute(APART, json!([]));
        let start: String = text.chars().take(30).collect();
        assert_eq!(apart, json!([]), "{start:?}");
    }
    // … at other sizes of letters, too.
    paste(&page, "def read(key):\n    return cash.get(key)\n# é😀 x\n");
    is_looked_at(&page);
    for size in ["11px", "19px", "27px"] {
        page.execute("document.documentElement.style.fontSize = arguments[0]", json!([size]));
        assert_eq!(page.execute(APART, json!([])), json!([]), "{size}");
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn columns_are_right_in_hostile_texts_and_a_huge_one_is_refused_in_words() {
    let page = Page::open("");
    edit(&page);
    let rest = "def read(key):\n    return db.read(key)\n\ndef write(key, value):\n    db.write(key, value)\n";
    for (line, wrong) in [
        ("A = \"😀é\"; cash = 1", ";"),
        ("A = '\u{5e9}\u{5dc}' + nobody", "nobody"),
        ("A = \t$", "$"),
    ] {
        // line ends as on Windows
        paste(&page, &format!("{line}\r\n{rest}"));
        page.shows(".wrong", wrong);
        assert_eq!(page.texts(".wrong"), [wrong], "{line}");
        page.press(&F8.to_string());
        assert_eq!(selected(&page), wrong, "{line}");
        assert!(!text(&page).contains('\r'));
    }
    put(&page, &"a = 1\n".repeat(20_000));
    page.shows("#findings-title", "1 problem");
    page.shows(".findings", "the program is longer than 64 KiB");
    put(&page, "a = 1");
    page.shows(".findings", "there is no function read");
    put(&page, &"x".repeat(100_000));
    page.shows(".findings", "the program is longer than 64 KiB");
    paste(&page, rest);
    stands(&page, "unrun");
    assert_eq!(page.complaints(), [] as [String; 0]);
}
