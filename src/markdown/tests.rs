use super::*;

/// The text parses to this tree, in a short notation.
#[track_caller]
fn check(text: &str, tree: &str) {
    let blocks = parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert_eq!(blocks.iter().map(short).collect::<Vec<_>>().join(" "), tree);
    // … and so does what is written of it
    assert_eq!(parse(&markdown(&blocks)).as_ref(), Ok(&blocks), "{}", markdown(&blocks));
}

fn short(block: &Block) -> String {
    match block {
        Block::Paragraph(inlines) => {
            format!("p({})", inlines.iter().map(inline).collect::<String>())
        }
        Block::Code(code) => format!("pre({})", code.trim_end()),
        Block::List { first, items } => {
            let items = items.iter().map(|item| item.iter().map(short).collect::<String>());
            let first = first.map(|first| first.to_string()).unwrap_or_default();
            format!("list{first}({})", items.collect::<Vec<_>>().join(", "))
        }
    }
}

fn inline(inline: &Inline) -> String {
    let inner = |words: &[Inline]| words.iter().map(self::inline).collect::<String>();
    match inline {
        Inline::Text(text) => text.clone(),
        Inline::Code(code) => format!("code({code})"),
        Inline::Emphasis(words) => format!("em({})", inner(words)),
        Inline::Strong(words) => format!("strong({})", inner(words)),
        Inline::Link { to, text } => format!("a({to}: {})", inner(text)),
        Inline::Break => "br".to_owned(),
    }
}

#[test]
fn what_may_be_used_is_read() {
    check("", "");
    check("One *two* **three** `four`.", "p(One em(two) strong(three) code(four).)");
    check("One\ntwo\n\nthree", "p(One two) p(three)");
    check("One  \ntwo", "p(Onebrtwo)");
    check("- a\n- b\n  - c", "list(p(a), p(b)list(p(c)))");
    check("3. a\n\n4. b", "list3(p(a), p(b))");
    check("- *a* b", "list(p(em(a) b))");
    check("```\nx = 1\n  y\n```", "pre(x = 1\n  y)");
    check("[a `b`](https://example.org/x)", "p(a(https://example.org/x: a code(b)))");
    check("[a](#here)", "p(a(#here: a))");
    check("snake_case_name and 2 * 3 * 4 and [0]", "p(snake_case_name and 2 * 3 * 4 and [0])");
    check("`` a`b ``", "p(code(a`b))");
    check("1\\. not a list, \\*nor this\\*, &amp; so on", "p(1. not a list, *nor this*, & so on)");
}

/// The text is refused, with this in the message.
#[track_caller]
fn refused(text: &str, line: usize, part: &str) {
    let error = parse(text).expect_err(text);
    assert_eq!(error.line, line, "{text:?}: {error}");
    assert!(error.why.to_string().contains(part), "{text:?}: {error}");
}

#[test]
fn all_else_is_refused() {
    refused("a <b>bold</b>", 1, "raw HTML");
    refused("a\n\n<script>alert(1)</script>", 3, "raw HTML");
    refused("<!-- hidden -->", 1, "raw HTML");
    refused("# Title", 1, "a heading");
    refused("a\n\n> b", 3, "a quotation");
    refused("a\n\n---", 3, "a line across");
    refused("a\n===", 2, "a heading");
    refused("[a]: https://example.org", 1, "an address that is given a name");
    refused("![a](https://example.org/a.png)", 1, "an image");
    for to in [
        "javascript:alert(1)",
        "http://example.org",
        "//example.org",
        "/path",
        "data:text/html,x",
        "https://",
        "JAVASCRIPT:x",
        "java&#115;cript:x",
    ] {
        refused(&format!("a\n[b]({to})"), 2, "a link to");
    }
}

#[test]
fn deep_and_long_texts_end_in_an_error_or_a_tree() {
    for deep in ["- ".repeat(2_000), "*a **b ".repeat(2_000), "> ".repeat(2_000)] {
        if let Err(error) = parse(&deep) {
            assert!(error.line > 0);
        }
    }
    refused(&format!("{}a", "- ".repeat(20)), 1, "nested deeper than 8");
    let _ = parse(&"[".repeat(20_000));
}

#[test]
fn braces_are_filled_in_words_and_code_and_stay_words() {
    let blocks = parse("It took {latency_us.read[0]}, *not* `{b}` { or }").unwrap();
    assert_eq!(placeholders(&blocks), ["latency_us.read[0]", "b", " or "]);
    let filled = fill(&blocks, &mut |name| format!("<b>*{name}*"));
    let words = "It took <b>*latency_us.read[0]*, not <b>*b* <b>* or *";
    assert_eq!(plain(&filled), words);
    assert_eq!(plain(&parse(&markdown(&filled)).unwrap()), words);
}

#[cfg(not(target_arch = "wasm32"))]
mod oracle;

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use super::{oracle, short};
    use proptest::prelude::*;

    use super::super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_or_refused(text in r"[\[\]()*_`<>#\\!&~|:/a-z0-9{} \n.+-]{0,80}") {
            if let Ok(blocks) = parse(&text) {
                safe(&blocks);
                let _ = parse(&markdown(&blocks)).map(|again| safe(&again));
            }
        }
    }

    /// Random texts with many marks and words that have a meaning in Markdown.
    fn marked() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[a-z]{1,3}",
            3 => Just(" ".to_owned()),
            20 => prop::sample::select(vec![
                "\n", "\n\n", "  \n", "*", "**", "_", "***", "`", "``", "- ", "\n- ", "\n  ", "\n    ",
                "1. ", "\n2) ", "\n```\n", "[", "](#a)", "](https://a.b \"t\")", "](<#b>)", "]", "(", ")",
                "\\", "&amp;", "&#x41;", "<", "<a>", "!", "#", ">", "<https://a>", "+", "=", "é", "—", ".",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    /// The tree without the indentation of inline code in continued lines, which the other parser
    /// keeps and CommonMark does not.
    fn shape(blocks: &[Block]) -> String {
        blocks.iter().map(|it| format!("{} ", short(it))).collect::<String>().replace(' ', "")
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn another_reader_reads_the_same(text in marked()) {
            match (parse(&text), oracle::parse(&text)) {
                (Ok(ours), Ok(theirs)) => prop_assert_eq!(shape(&ours), shape(&theirs)),
                (Err(_), Err(_)) => {}
                (Err(error), Ok(_)) => prop_assert_eq!(error.why, Disallowed::Definition),
                // HTML that ends nowhere is words, as any text that is no markup.
                (Ok(_), Err(_)) => prop_assert!(text.contains('<')),
            }
        }
    }

    fn safe(blocks: &[Block]) {
        let text = format!("{blocks:?}");
        for link in text.split("to: \"").skip(1) {
            assert!(link.starts_with("https://") || link.starts_with('#'), "{text}");
        }
    }
}
