//! What course pages print: what of it runs as it stands, and the page that shows how the
//! rest is written here.

use stalemate::strategy::call::FunctionId;
use stalemate::strategy::value::Value;

use crate::fake::{
    CACHE_DOWN, DATABASE_DOWN, DATABASE_SLOW, Fake, check, read_notes, value, written,
};

#[test]
fn what_means_nothing_is_passed_over() {
    check("x: int = 5\ny: Optional[str] = None\nz: dict[str, list[int]]\nreturn x", "return 5");
    check("import json\nfrom typing import Dict, Optional\nreturn 1", "return 1");
    check(
        "value = await cache.get(key)\nreturn (await db.read(key)) + 1",
        "cache.get a; db.read a; return 8",
    );
    check("async with lock(key):\n    pass", "lock a; unlock a; return None");
    check("async for x in [1, 2]: log(x)", "log: 1; log: 2; return None");
    check("return key.encode(\"utf-8\").decode()", "return a");
    check("x = 1 + \\\n    2\nreturn x", "return 3");
    let source = "import time, random\nimport redis\nfrom __future__ import annotations\nTTL: int = 60\nasync def read(key: str, ttl: Optional[int] = None) -> Optional[str]:\n    return await load(key)\nasync def load(key: str) -> str:\n    return await db.read(key)\ndef write(key, value) -> None:\n    pass\n";
    check(source, "db.read a; return 7");
}

#[test]
fn names_of_python_are_names_here() {
    check("import time\nreturn time.time() + time.monotonic()", "return 10.0");
    check("time.sleep(0.25)\nawait asyncio.sleep(1)", "sleep 250000; sleep 1000000; return None");
    check("from time import time, sleep\nsleep(1)\nreturn time()", "sleep 1000000; return 5.0");
    check("return random.random() + random.uniform(1, 3)", "return 2.5");
    check("from random import randint\nreturn randint(1, 9) + random.randint(-3, -3)", "return 2");
    check("print(\"hit\", key, 5, None)\nlog()", "log: hit a 5 None; log: ; return None");
    // a program's own names go before them
    let source = "def read(key):\n    return round(1) + bool(2)\ndef round(x):\n    return 10\ndef bool(x):\n    return x\ndef write(key, value):\n    pass\n";
    check(source, "return 12");
    check("format = 5\nrepr = 6\nreturn format + repr", "return 11");
}

#[test]
fn texts_with_values_in_them() {
    value("f\"user:{key}\"", "user:a");
    value("f'{1 + 2}:{\"x\"}:{key!r}'", "3:x:'a'");
    value("f\"{{}} {3.14159:.2f} {7:03} {1234567:,} {0.5:%}\"", "{} 3.14 007 1,234,567 50.000000%");
    value("f\"{key=} {1 + 1 = }\"", "key='a' 1 + 1 = 2");
    value("\"a\" 'b' f\"{key}\" \"c\"", "abac");
    value("\"user:%s:%d\" % (key, 7)", "user:a:7");
    value("\"%5.1f|%-4s|%05d|%%\" % (2.25, \"x\", 42)", "  2.2|x   |00042|%");
    value(
        "\"%06.1f|%06.1f|%-6.1f|\" % (float(\"inf\"), -float(\"inf\"), float(\"inf\"))",
        "000inf|-00inf|inf   |",
    );
    value("\"%(name)s is %(age)d\" % {\"name\": \"Ada\", \"age\": 36}", "Ada is 36");
    value("\"{}-{}\".format(key, 2)", "a-2");
    value("\"{1}{0}{name:>3}\".format(1, 2, name=3)", "21  3");
    value("\"ab\" * 2 + 2 * \"c\"", "ababcc");
    value("\"abc\"[0] + \"abc\"[-1] + \"abcdef\"[1:3] + \"abc\"[::-1]", "acbccba");
    check("for c in \"ab\": log(c)", "log: a; log: b; return None");
    value("key.startswith(\"a\") and \"user:1\".endswith((\"2\", \"1\"))", "True");
    value(
        "\"user:1\".split(\":\")[1] + \",\".join([\"a\", \"b\"]) + \" X \".strip().lower()",
        "1a,bx",
    );
    value("\"a-b\".replace(\"-\", \"+\").upper()", "A+B");
}

#[test]
fn numbers_and_lists() {
    value("2 ** 3 ** 2", "512");
    value("-2 ** 2", "-4");
    value("2 ** -1", "0.5");
    value("2.0 ** 0.5", "1.4142135623730951");
    value("(-1) ** 9223372036854775807", "-1");
    value("max([1, 5, 2]) + min((4, 3))", "8");
    value("len([1] + [2, 3])", "3");
    value("len([0] * 3)", "3");
    value("len([] * 9223372036854775807) + len(\"\" * 9223372036854775807)", "0");
    value("len((1, 2) * -1)", "0");
    value("[1, 2, 3][1:][0]", "2");
    value("str(round(2.5)) + str(round(2.675, 2)) + str(round(1250, -2))", "22.671200");
    check("a = b = 2\na, c = d = 3, 4\nreturn a + b + c", "return 9");
    check("x = 2\nx **= 3\nreturn x", "return 8");
    value("math.exp(1)", "2.718281828459045");
    value("math.log(3)", "1.0986122886681098");
}

#[test]
fn dictionaries_are_values() {
    value("{\"name\": \"Ada\", \"age\": 36}[\"age\"]", "36");
    value(
        "{\"a\": 1, \"b\": None, \"c\": [1, \"x\"], \"d\": {\"e\": 1.5}}",
        "{'a': 1, 'b': None, 'c': [1, 'x'], 'd': {'e': 1.5}}",
    );
    value("str({**{\"a\": 1, \"b\": 2}, \"a\": 3})", "{'a': 3, 'b': 2}");
    value("{\"a\": 1, \"b\": 2} == {\"b\": 2.0, \"a\": True}", "True");
    value("{\"a\": 1} == {\"a\": 2}", "False");
    value("\"a\" in {\"a\": 1} and \"b\" not in {\"a\": 1}", "True");
    value("{\"a\": 1}.get(\"b\", 5) + len({\"a\": 1})", "6");
    value("{\"a\": None}.get(\"b\")", "None");
    value("1 if {} else 2", "2");
    check(
        "for name, x in {\"a\": 1, \"b\": 2}.items(): log(name, x)",
        "log: a 1; log: b 2; return None",
    );
    check("for name in {\"a\": 1}: log(name)", "log: a; return None");
    value(
        "json.dumps({\"a\": [1, True, None], \"ü\": \"x\\n\"})",
        "{\"a\": [1, true, null], \"\\u00fc\": \"x\\n\"}",
    );
    value("json.loads('{\"a\": {\"b\": [1, 2]}}')[\"a\"][\"b\"][1]", "2");
    value("json.loads(json.dumps(7))", "7");
    // a store holds it, and gives it back
    check(
        "cache.set(key, {\"n\": 1}, ttl=5)\nuser = cache.get(key)\nqueue.push(key, user)\nreturn user[\"n\"]",
        "cache.set a {'n': 1} ttl 5000000; cache.get a; queue.push a {'n': 1}; return 1",
    );
    let long = "x = {\"a\": \"x\"}\nwhile True: x = {\"a\": x, \"b\": x}";
    assert!(read_notes(long, |_| {}).ends_with("texts have at most 1000 bytes, as JSON too"));
}

#[test]
fn arguments_have_defaults() {
    let source = |body: &str| {
        format!(
            "TTL = 9\ndef read(key, n=4):\n    {body}\ndef f(a, b=2, c=TTL, d=None):\n    return a + b + c\ndef write(key, value):\n    pass\n"
        )
    };
    check(&source("return f(1)"), "return 12");
    check(&source("return f(1, 5)"), "return 15");
    check(&source("return f(c=1, a=1)"), "return 4");
    check(&source("return n"), "return 4");
    check(
        &source("return read2(1) if n else f(b=7, a=1)").replace("read2(1)", "f(n)"),
        "return 15",
    );
}

#[test]
fn any_error_is_caught_and_has_words() {
    let body = |handler: &str| format!("try:\n    return db.read(key)\n{handler}");
    let with = |handler: &str, error| {
        read_notes(&body(handler), |fake| fake.fail.push(("db.read", error)))
    };
    let log = "    log(e)";
    assert_eq!(
        with(&format!("except Exception as e:\n{log}"), DATABASE_DOWN),
        "db.read a; log: database: it is down; return None"
    );
    assert_eq!(
        with(&format!("except (CacheError, Timeout) as e:\n{log}"), DATABASE_SLOW),
        "db.read a; log: database: no answer in time; return None"
    );
    assert_eq!(with("except:\n    return 3", CACHE_DOWN), "db.read a; return 3");
    // the name is gone behind the block, as in Python
    assert!(
        with("except Exception as e:\n    pass\nreturn e", DATABASE_DOWN)
            .ends_with("`e` is used before it has a value")
    );
}

/// The forms on the page "From your code to a strategy".
fn forms() -> Vec<(&'static str, String)> {
    let page = include_str!("../../src/paste.md");
    let mut title = "";
    let mut found = Vec::new();
    let mut form: Option<String> = None;
    for line in page.lines() {
        match (&mut form, line) {
            (None, "```python") => form = Some(String::new()),
            (Some(_), "```") => found.extend(form.take().map(|form| (title, form))),
            (Some(form), line) => {
                form.push_str(line);
                form.push('\n');
            }
            (None, line) => title = line.strip_prefix("# ").unwrap_or(title),
        }
    }
    found
}

#[test]
fn the_forms_on_the_page_compile_and_run() {
    let forms = forms();
    let titles: Vec<_> = forms.iter().map(|(title, _)| *title).collect();
    for snippet in [
        "get_item",
        "getUser",
        "getProduct",
        "ReadThroughCache",
        "processWriteQueue",
        "record_page_view",
        "write_behind",
    ] {
        let shown = titles.iter().filter(|title| title.contains(snippet)).count();
        assert_eq!(shown, 1, "{snippet} is shown once among {titles:?}");
    }
    for (title, source) in &forms {
        let mut fake = Fake::default();
        fake.rows.insert("a".into(), (written(7, 3), 2));
        let program = fake.compile(source);
        let run = |fake: &mut Fake, function: FunctionId, args: &[Value]| {
            fake.notes.clear();
            fake.place = program.place(function);
            fake.run(&program, function, args);
            fake.notes.join("; ")
        };
        let key = fake.key("a");
        let read = run(&mut fake, program.read, std::slice::from_ref(&key));
        assert!(read.ends_with("return 7"), "{title}: {read}");
        let wrote = run(&mut fake, program.write, &[key.clone(), written(8, 9).into()]);
        assert!(wrote.ends_with("return None"), "{title}: {wrote}");
        if let Some(increment) = program.increment {
            run(&mut fake, increment, &[key, Value::int(2)]);
        }
        for each in &program.loops {
            let flushed = run(&mut fake, each.function, &[]);
            assert!(flushed.contains("ack"), "{title}: {flushed}");
        }
    }
}
