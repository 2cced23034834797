//! Embedded: two playgrounds in a course page of another host, and what they say and do.

use serde_json::{Value, json};

use crate::course::{Course, forget, heard, hears, state};
use crate::page::Page;
use crate::words::is_drawn;

/// Two elements, the second one far below the first.
const TWO: &str = "<script src={page}embed.js defer></script><main><h1>Week 3</h1>
    <stale-mate id=one preset=ca6 theme=dark speed=300></stale-mate>
    <pre>FAR</pre>
    <stale-mate id=two preset=wb8 theme=light readonly speed=300></stale-mate></main>";

const FRAME: &str = "<main><h1>Week 3</h1><iframe id=frame title=Playground width=1200 height=900
    src='{page}?embed=1&amp;QUERY'></iframe></main>";

fn two() -> (Page, Course) {
    Course::open(&TWO.replace("FAR", &"much to read\n".repeat(400)))
}

/// A frame that has started.
fn frame(query: &str) -> (Page, Course) {
    let (page, course) = Course::open(&FRAME.replace("QUERY", query));
    hears(&page, "frame", "m.type === 'ready' && m.engine");
    (page, course)
}

/// The element with this method called upon it.
pub fn call(page: &Page, id: &str, method: &str) {
    page.execute(&format!("document.getElementById('{id}').{method}"), json!([]));
}

pub fn inner(id: &str) -> String {
    format!("return document.getElementById('{id}').shadowRoot.querySelector('iframe')")
}

const OUTER: &str = "return document.getElementById('frame')";

/// Where it stands, without how often it was asked.
fn standing(page: &Page, id: &str) -> Value {
    let mut state = state(page, id);
    state["answered"] = Value::Null;
    state
}

fn ours(mut fields: Value) -> Value {
    fields["context"] = "stalemate".into();
    fields["v"] = 1.into();
    fields
}

fn post(page: &Page, message: &Value) {
    page.execute("post(arguments[0])", json!([message]));
}

#[test]
fn two_elements_load_when_they_are_about_to_be_seen_and_take_the_height_they_need() {
    let (page, _course) = two();
    hears(&page, "one", "m.type === 'ready'");
    assert_eq!(state(&page, "one")["preset"], "ca6");
    let far = inner("two");
    assert_eq!(page.execute(&format!("{far}.getAttribute('src')"), json!([])), Value::Null);
    assert_eq!(heard(&page, "two", "ready"), [] as [Value; 0]);

    page.execute("document.getElementById('two').scrollIntoView()", json!([]));
    hears(&page, "two", "m.type === 'ready'");
    assert_eq!(state(&page, "two")["preset"], "wb8");
    for id in ["one", "two"] {
        page.until(
            &format!("{id} is as high as it wants to be"),
            &format!(
                "const said = heard['{id}'].filter(({{ type }}) => type === 'resize').at(-1);
                 const frame = document.getElementById('{id}').shadowRoot.querySelector('iframe');
                 return said && said.height > 640 && frame.offsetHeight === said.height"
            ),
        );
    }
    for (id, theme) in [("one", "dark"), ("two", "light")] {
        page.enter(&inner(id));
        let shown = page.execute("return document.documentElement.dataset.theme", json!([]));
        assert_eq!(shown, theme);
        page.until(
            "it needs no bar to scroll by",
            "return document.documentElement.scrollHeight <= innerHeight",
        );
        page.leave();
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn an_element_does_what_its_methods_say_and_tells_what_happens_in_it_alone() {
    let (page, _course) = two();
    // Said before it listens.
    call(&page, "one", "seek(501000)");
    hears(&page, "one", "m.type === 'state' && m.atUs === 501000 && !m.playing");
    let there = state(&page, "one");
    assert_eq!((&there["atUs"], &there["playing"]), (&json!(501_000), &json!(false)));
    assert_eq!((&there["staleReads"], &there["violations"]), (&json!(1), &json!(1)));
    forget(&page, "one");
    call(&page, "one", "reset()");
    hears(&page, "one", "m.type === 'state' && m.atUs === 0");
    forget(&page, "one");
    call(&page, "one", "step()");
    hears(&page, "one", "m.type === 'state' && m.atUs > 0");
    page.execute("document.getElementById('one').scrollIntoView()", json!([]));
    call(&page, "one", "play()");
    hears(&page, "one", "m.type === 'state' && m.playing");
    hears(&page, "one", "m.type === 'event' && m.tone === 'bad' && m.text.includes('user:1')");
    call(&page, "one", "pause()");
    hears(&page, "one", "m.type === 'state' && !m.playing && m.staleReads > 0 && m.atUs > 501000");
    assert_eq!(heard(&page, "two", "event"), [] as [Value; 0]);

    page.execute("document.getElementById('two').scrollIntoView()", json!([]));
    let before = heard(&page, "one", "event").len();
    call(&page, "two", "play()");
    hears(&page, "two", "m.type === 'event' && m.text.includes('price:1')");
    assert_eq!(heard(&page, "one", "event").len(), before);
    for (id, other) in [("one", "price:1"), ("two", "user:1")] {
        let texts = heard(&page, id, "event");
        assert!(texts.iter().all(|event| !event.to_string().contains(other)), "{id}: {texts:?}");
    }
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn an_element_loads_what_its_page_says_even_where_a_reader_may_not() {
    let (page, _course) = two();
    page.execute("document.getElementById('two').scrollIntoView()", json!([]));
    call(&page, "two", "load({ preset: 'ca7' })");
    hears(&page, "two", "m.type === 'state' && m.preset === 'ca7'");
    call(&page, "two", "load({ preset: 'nothing' })");
    hears(&page, "two", "m.type === 'error' && m.code === 'refused'");
    assert_eq!(state(&page, "two")["preset"], "ca7");
    call(
        &page,
        "two",
        "load({ scenario: { title: 'Mine', actions: [{ at_us: 0, do: 'read', key: 'k' }] } })",
    );
    hears(&page, "two", "m.type === 'state' && m.title === 'Mine' && m.preset === ''");
    // By attributes: one in place, the other in a new frame.
    let scenario = stalemate::scenario::preset::find("ca6").expect("a preset").scenario();
    let link = stalemate::link::encode(&scenario, None).expect("a link");
    call(&page, "two", &format!("setAttribute('link', '{}')", link.text()));
    hears(&page, "two", "m.type === 'state' && m.preset === 'ca6'");
    assert_eq!(heard(&page, "two", "ready").len(), 1);
    page.execute(
        "const two = document.getElementById('two');
         two.removeAttribute('link');
         two.setAttribute('preset', 'rt1');",
        json!([]),
    );
    page.until(
        "it has started anew",
        "return heard.two.filter(({ type }) => type === 'ready').length > 1",
    );
    hears(&page, "two", "m.type === 'state' && m.preset === 'rt1'");
    call(&page, "two", "setAttribute('theme', 'dark')");
    page.enter(&inner("two"));
    page.until(
        "it is dark, and says so",
        "return document.documentElement.dataset.theme === 'dark'
            && document.getElementById('theme').value === 'dark'",
    );
    page.leave();
    page.execute(
        "const two = document.getElementById('two');
         two.remove();
         window.gone = two.getState().catch(({ message }) => message);
         document.body.append(two);",
        json!([]),
    );
    page.until(
        "it starts where it is put",
        "return heard.two.filter(({ type }) => type === 'ready').length > 2",
    );
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn what_is_not_for_it_or_wrong_changes_nothing() {
    let (page, _course) = frame("preset=ca6&amp;theme=dark");
    let before = standing(&page, "frame");
    for message in [
        json!(null),
        json!("play"),
        json!(["stalemate", 1, "play"]),
        json!({ "type": "play" }),
        json!({ "context": "another", "v": 1, "type": "play" }),
        json!({ "context": ["stalemate"], "v": 1, "type": "play" }),
    ] {
        post(&page, &message);
    }
    // From itself, and from another frame of the page around it.
    page.enter(OUTER);
    let play = ours(json!({ "type": "play" }));
    page.execute("postMessage(arguments[0], '*')", json!([play]));
    page.leave();
    page.execute(
        "const frame = document.createElement('iframe');
         frame.id = 'intruder';
         frame.src = 'intruder.html';
         document.body.append(frame);",
        json!([]),
    );
    page.until("the other has spoken", "return heard.intruder?.includes('done') ?? false");
    assert_eq!(standing(&page, "frame"), before);
    assert_eq!(heard(&page, "frame", "error"), [] as [Value; 0]);

    let wrong = [
        (json!({ "context": "stalemate", "type": "play" }), "message", "`v` is missing"),
        (json!({ "context": "stalemate", "v": 2, "type": "play" }), "message", "newer"),
        (ours(json!({})), "message", "`type` is missing"),
        (ours(json!({ "type": "explode" })), "message", "allowed are load, play"),
        (ours(json!({ "type": "seek", "atUs": -1 })), "message", "microseconds"),
        (ours(json!({ "type": "setTheme", "theme": "blue" })), "message", "auto, light or dark"),
        (ours(json!({ "type": "load" })), "message", "`preset`, `link` or `scenario`"),
        (ours(json!({ "type": "load", "scenario": { "sed": 1 } })), "message", "sed"),
        (ours(json!({ "type": "load", "preset": "nothing" })), "refused", "no preset “nothing”"),
        (ours(json!({ "type": "load", "link": "v1.p.AAAA" })), "refused", "link"),
    ];
    for (at, (message, code, said)) in wrong.iter().enumerate() {
        post(&page, message);
        page.until(
            "it is answered",
            &format!("return heard.frame.filter(({{ type }}) => type === 'error').length > {at}"),
        );
        let errors = heard(&page, "frame", "error");
        assert_eq!(errors.len(), at + 1, "{message}");
        let told = errors[at]["message"].as_str().unwrap_or_default();
        assert!(errors[at]["code"] == *code && told.contains(said), "{message}: {}", errors[at]);
        assert_eq!(standing(&page, "frame"), before, "{message}");
    }
    page.enter(OUTER);
    let theme = page.execute("return document.documentElement.dataset.theme", json!([]));
    assert_eq!(theme, "dark");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn a_read_only_one_can_be_played_and_not_changed() {
    let (page, _course) = frame("preset=wb8&amp;readonly=1&amp;speed=1000");
    post(&page, &ours(json!({ "type": "seek", "atUs": 200_000 })));
    hears(&page, "frame", "m.type === 'state' && m.atUs === 200000");
    let before = standing(&page, "frame");
    let deeds = |page: &Page| page.texts("[data-key], [data-process], #answers").join("\n");
    page.enter(OUTER);
    page.shows("[data-key='price:1']", "10");
    is_drawn(&page);
    let shown = deeds(&page);
    // By the keys: read, write, kill, slow, hold, undo, redo.
    page.element("h1").click();
    for key in ["r", "w", "k", "s", "h", "z", "y"] {
        page.press(key);
    }
    page.shows("#notices [role='alert']", "read-only");
    // By the address of the frame.
    let scenario = stalemate::scenario::preset::find("ca6").expect("a preset").scenario();
    let link = stalemate::link::encode(&scenario, None).expect("a link");
    page.execute("location.hash = arguments[0]", json!([link.text()]));
    // By what is there to be pressed, seen or not: all but what moves through time.
    let pressed = page.execute(
        "const free = '.toolbar, .head, .diagram, dialog, #edit, #copy-code, .notice, .problems, .ribbons, .why-button';
         const all = [...document.querySelectorAll('button')].filter((e) => !e.closest(free));
         for (const button of all) button.click();
         for (const id of ['preset', 'strategy'])
             if (!document.getElementById(id).disabled) throw new Error(`${id} can be chosen`);
         for (const input of document.querySelectorAll('.parameters input, .parameters select')) {
             input.value = '7';
             input.dispatchEvent(new Event('change', { bubbles: true }));
         }
         return all.map((e) => e.id || e.textContent);",
        json!([]),
    );
    let pressed = pressed.to_string();
    for button in ["read", "write", "Kill", "Stop", "outside-write", "fail-next", "Crash"] {
        assert!(pressed.contains(button), "{button} was not pressed: {pressed}");
    }
    assert_eq!(deeds(&page), shown);
    // What cannot be done is not offered.
    page.until(
        "its buttons are hidden",
        "return ['read', 'outside-write', 'fail-next', 'undo'].every(
            (id) => !document.getElementById(id)?.checkVisibility())",
    );
    page.leave();
    assert_eq!(standing(&page, "frame"), before);
    assert_eq!(heard(&page, "frame", "error"), [] as [Value; 0]);

    page.enter(OUTER);
    page.click("button", "Play");
    page.until("it plays", "return document.getElementById('clock').dataset.atUs > 600000");
    page.click("button", "Pause");
    page.click("button", "Step back");
    page.click("button", "Reset");
    page.until("it is reset", "return document.getElementById('clock').dataset.atUs === '0'");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn an_embed_neither_reads_nor_writes_what_the_browser_keeps() {
    let (page, _course) = Course::open("<p>Nothing yet");
    let course = page.execute("return location.href", json!([]));
    let kept = |page: &Page| {
        let all = "return [JSON.stringify(Object.entries(localStorage).sort()),
            sessionStorage.length, document.cookie].join(' ')";
        page.execute(all, json!([]))
    };
    page.go(&page.site());
    page.lacks("#loading");
    page.execute(
        "localStorage.clear();
         localStorage.setItem('stalemate.theme', 'dark');
         localStorage.setItem('stalemate.shortcuts', 'off');
         localStorage.setItem('another', '1');",
        json!([]),
    );
    let before = kept(&page);
    page.go(course.as_str().expect("an address"));
    page.execute(
        "const frame = document.createElement('iframe');
         frame.id = 'frame';
         frame.width = 1200;
         frame.height = 900;
         frame.src = arguments[0];
         document.body.append(frame);",
        json!([format!("{}?embed=1", page.site())]),
    );
    hears(&page, "frame", "m.type === 'ready'");
    page.enter(OUTER);
    assert_eq!(kept(&page), before, "the frame does not share what the page keeps");
    let theme = page.execute("return document.documentElement.dataset.theme ?? ''", json!([]));
    assert_eq!(theme, "", "it has read what is kept");
    // The keys work, although they were turned off for the page by itself.
    page.element("h1").click();
    page.press("r");
    page.element("#answers li");
    page.choose("Theme", "Light");
    page.until("it is light", "return document.documentElement.dataset.theme === 'light'");
    page.press("?");
    page.element("dialog[open] input[type='checkbox']").click();
    page.click("button", "Close");
    assert_eq!(kept(&page), before);
    page.leave();
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn what_is_wrong_with_its_address_it_tells_the_reader_and_the_host() {
    let (page, _course) = frame("theme=blue&amp;hide=logs&amp;preset=nothing");
    for said in ["auto, light and dark", "did you mean `log`", "no preset “nothing”"] {
        hears(
            &page,
            "frame",
            &format!("m.type === 'error' && m.code === 'address' && m.message.includes('{said}')"),
        );
    }
    assert_eq!(state(&page, "frame")["preset"], "cache-aside");
    page.enter(OUTER);
    page.shows("#notices [role='alert']", "theme=blue in the address: allowed are auto");
    assert_eq!(page.complaints(), [] as [String; 0]);
}

#[test]
fn it_opens_a_scenario_from_an_address_and_says_where_there_is_none() {
    let (page, _course) = frame("src=files/host.json&amp;autoplay=1&amp;speed=10");
    hears(&page, "frame", "m.type === 'state' && m.title === 'Of the host\\'s own' && m.playing");
    assert_eq!(page.complaints(), [] as [String; 0]);
    for (src, said) in [
        ("oembed.json", "is not a scenario"),
        ("nowhere.json", "404"),
        ("file:///etc/hosts", "begins with file:"),
        ("http://127.0.0.2/a.json", "without encryption"),
        ("https://127.0.0.2/a.json", "connect-src"),
        ("https://name:word@127.0.0.2/a.json", "a name or a password"),
        ("https://", "not an address"),
    ] {
        page.execute(
            "heard = {};
             const frame = document.getElementById('frame');
             [frame.asked, frame.src] = [0, arguments[0]];",
            json!([format!("{}?embed=1&src={src}", page.site())]),
        );
        hears(&page, "frame", &format!("m.type === 'error' && m.message.includes('{said}')"));
        assert_eq!(state(&page, "frame")["preset"], "cache-aside", "{src}");
    }
}

#[test]
fn what_is_hidden_leaves_no_gap() {
    for (hide, seen) in [
        ("clients,workloads,faults", ".code"),
        ("clients,workloads,faults,stores,queues,flights,log", ".code"),
        ("code,stores,queues,flights,log", ".clients"),
        ("code", ".clients"),
        ("stores,queues,flights,log", ".clients"),
    ] {
        let page = Page::open(&format!("?embed=1&hide={hide}"));
        for width in [1440, 1024, 390] {
            page.resize(width, 900);
            page.until(
                &format!("{seen} begins at the left, {width} wide, without {hide}"),
                &format!(
                    "const left = (e) => document.querySelector(e).getBoundingClientRect().left;
                     return Math.abs(left('{seen}') - left('.columns')) < 2
                         && document.documentElement.scrollWidth <= innerWidth"
                ),
            );
            for part in hide.split(',') {
                let panel = format!("[data-panel='{part}']");
                let hidden = "return !document.querySelector(arguments[0])?.checkVisibility()";
                assert_eq!(page.execute(hidden, json!([panel])), true, "{panel}");
            }
        }
    }
}

#[test]
fn a_frame_that_may_not_load_its_files_says_so() {
    let (page, _course) = Course::open(
        "<iframe id=frame sandbox=allow-scripts src='{page}?embed=1' width=900 height=500></iframe>",
    );
    page.look_into(OUTER);
    page.shows("#loading", "sandboxed without allow-same-origin");
    page.shows(".still", "The cache holds");
}

#[test]
fn what_cannot_be_read_is_said_to_its_sender_and_changes_nothing() {
    let (page, _course) = frame("preset=ca6");
    let before = standing(&page, "frame");
    for (message, why) in [
        ("{ ring: (window.ring = {}, ring.ring = ring) }", "not plain data"),
        ("{ amount: 1n }", "not plain data"),
        ("{ long: 'x'.repeat(2 ** 20) }", "too long"),
    ] {
        let count = heard(&page, "frame", "error").len();
        page.execute(
            &format!("post({{ context: 'stalemate', v: 1, type: 'play', ...{message} }})"),
            json!([]),
        );
        page.until(
            &format!("{message} is answered"),
            &format!("return heard.frame.filter((m) => m.type === 'error')[{count}]?.message.includes('{why}')"),
        );
    }
    assert_eq!(standing(&page, "frame"), before);
}
