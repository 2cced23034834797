//! Code that a teacher copies into a course page.

use super::{COMPACT_HEIGHT, Options};

/// A piece of code, and its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    pub title: &'static str,
    pub code: String,
}

/// The playground's address for a link or, if the link is empty, for the options. `page` is an
/// address without query and fragment.
pub fn address(page: &str, options: &Options, link: &str) -> String {
    let fragment = if link.is_empty() { String::new() } else { format!("#{link}") };
    let query = options.query();
    let query = if query.is_empty() { query } else { format!("?{query}") };
    format!("{page}{query}{fragment}")
}

/// Code that embeds it as an element.
pub fn element(page: &str, options: &Options, link: &str, title: &str) -> String {
    let mut attributes = String::new();
    let Options { theme, layout, hide, readonly, autoplay, preset, src, .. } = options;
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            attributes.push_str(&format!(" {name}=\"{}\"", attribute(&value)));
        }
    };
    put("preset", preset.clone().filter(|_| link.is_empty()));
    put("src", src.clone().filter(|_| link.is_empty()));
    put("link", (!link.is_empty()).then(|| link.to_owned()));
    put("compare", (!options.compare.is_empty()).then(|| options.compare.join(",")));
    put("theme", theme.map(|theme| theme.name().to_owned()));
    put("layout", layout.map(|layout| layout.name().to_owned()));
    put("hide", (!hide.is_empty()).then(|| options.hidden()));
    put("readonly", readonly.then(String::new));
    put("autoplay", autoplay.then(String::new));
    put("speed", options.speed_us_per_ms.map(|speed| speed.to_string()));
    put("memory", options.memory_mb.map(|memory| memory.to_string()));
    put("label", Some(title.to_owned()));
    format!(
        "<script src=\"{}\" defer></script>\n<stale-mate{attributes}></stale-mate>",
        attribute(&format!("{page}embed.js"))
    )
}

/// The height of a frame with the whole page, which cannot adapt to its content, in CSS pixels.
const FRAME_HEIGHT: u32 = 900;

/// Code that shows it in another page: as an element, as a frame, as a link. The link opens the
/// whole page, whatever the layout.
pub fn snippets(page: &str, options: &Options, link: &str, title: &str) -> Vec<Snippet> {
    let framed = Options { embed: true, ..options.clone() };
    let linked = Options { layout: None, ..options.clone() };
    let height = if options.is_compact() { COMPACT_HEIGHT } else { FRAME_HEIGHT };
    vec![
        Snippet { title: "Custom element", code: element(page, options, link, title) },
        Snippet {
            title: "Frame",
            code: format!(
                // No `style`: MDX takes an object for it, and nothing else.
                "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"{height}\" loading=\"lazy\" \
                 allow=\"clipboard-write\" frameborder=\"0\"></iframe>",
                attribute(&address(page, &framed, link)),
                attribute(title)
            ),
        },
        Snippet {
            title: "Markdown link",
            code: format!("[{}]({})", markdown(title), address(page, &linked, link)),
        },
    ]
}

/// Code for a page without scripts: a picture, saved under this name, that links to the playground
/// at this address, with a text that describes it.
pub fn picture(address: &str, file: &str, alt: &str) -> Snippet {
    Snippet {
        title: "Picture with a link",
        code: format!(
            "<a href=\"{}\"><img src=\"{}\" alt=\"{}\" style=\"max-width:100%\"></a>",
            attribute(address),
            attribute(file),
            attribute(alt)
        ),
    }
}

/// A text escaped for the quotes of an attribute.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text escaped for the brackets of a link.
fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '[' | ']' | '\\' | '`' | '*' | '_' | '<') {
            safe.push('\\');
        }
        safe.push(if character.is_control() { ' ' } else { character });
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://example.org/stalemate/";

    fn codes(query: &str, link: &str, title: &str) -> [String; 3] {
        let (options, problems) = Options::parse(query);
        assert!(problems.is_empty(), "{problems:?}");
        let snippets = snippets(PAGE, &options, link, title);
        snippets.into_iter().map(|each| each.code).collect::<Vec<_>>().try_into().expect("three")
    }

    #[test]
    fn a_preset_is_named_and_a_link_comes_before_it() {
        let [element, frame, link] =
            codes("preset=ca6&theme=dark&readonly=1", "", "The slow reader");
        assert_eq!(
            element,
            "<script src=\"https://example.org/stalemate/embed.js\" defer></script>\n\
             <stale-mate preset=\"ca6\" theme=\"dark\" readonly=\"\" label=\"The slow reader\"></stale-mate>"
        );
        assert!(frame.contains(
            "src=\"https://example.org/stalemate/?embed=1&amp;preset=ca6&amp;theme=dark&amp;readonly=1\""
        ));
        assert_eq!(
            link,
            "[The slow reader](https://example.org/stalemate/?preset=ca6&theme=dark&readonly=1)"
        );
        let [element, frame, link] = codes("", "v1.p.abc", "Mine");
        assert!(element.contains("<stale-mate link=\"v1.p.abc\" label=\"Mine\">"), "{element}");
        assert!(frame.contains("?embed=1#v1.p.abc\""), "{frame}");
        assert_eq!(link, "[Mine](https://example.org/stalemate/#v1.p.abc)");
    }

    #[test]
    fn a_compact_one_is_as_high_as_it_needs_and_its_link_leads_to_the_whole_page() {
        let [element, frame, link] = codes("preset=ca6&layout=compact", "", "The slow reader");
        assert!(element.contains("preset=\"ca6\" layout=\"compact\" label="), "{element}");
        assert!(frame.contains("?embed=1&amp;preset=ca6&amp;layout=compact\""), "{frame}");
        assert!(frame.contains("height=\"440\""), "{frame}");
        assert_eq!(link, "[The slow reader](https://example.org/stalemate/?preset=ca6)");
    }

    #[test]
    fn a_picture_leads_to_what_it_shows_and_says_it() {
        let address = address(PAGE, &Options::parse("theme=dark&readonly=1").0, "v1.p.abc");
        assert_eq!(
            picture(&address, "stalemate-ca6.svg", "R1 said \"old\" & <late>").code,
            "<a href=\"https://example.org/stalemate/?theme=dark&amp;readonly=1#v1.p.abc\">\
             <img src=\"stalemate-ca6.svg\" alt=\"R1 said &quot;old&quot; &amp; &lt;late&gt;\" \
             style=\"max-width:100%\"></a>"
        );
    }

    #[test]
    fn a_title_cannot_leave_its_place() {
        let [element, frame, link] = codes("", "", "\"><script>alert(1)</script> [x](y) `");
        for code in [&element, &frame] {
            assert!(!code.contains("<script>alert"), "{code}");
            assert!(code.contains("&quot;&gt;&lt;script&gt;"), "{code}");
        }
        assert_eq!(
            link,
            "[\">\\<script>alert(1)\\</script> \\[x\\](y) \\`](https://example.org/stalemate/)"
        );
    }
}
