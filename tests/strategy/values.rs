//! Values: what Python computes, this language computes.

use crate::fake::{check, value};

#[test]
fn arithmetic() {
    value("1 + 2 * 3", "7");
    value("(1 + 2) * 3", "9");
    value("7 / 2", "3.5");
    value("8 / 2", "4.0");
    value("7 // 2", "3");
    value("-7 // 2", "-4");
    value("7 // -2", "-4");
    value("-7 // -2", "3");
    value("-7 % 3", "2");
    value("7 % -3", "-2");
    value("7.5 % -2", "-0.5");
    value("-7.5 // 2", "-4.0");
    value("7.0 // 2", "3.0");
    value("0.1 + 0.2", "0.30000000000000004");
    value("1e308 * 10", "inf");
    value("--5", "5");
    value("+True", "1");
    value("True + True", "2");
    value("2 - 3 - 4", "-5");
    value("100 // 7 // 2", "7");
    value("\"a\" + \"b\"", "ab");
    value("10 - -3", "13");
    value("-9223372036854775808", "-9223372036854775808");
    value("- 9223372036854775808 + 1", "-9223372036854775807");
    value("0x10 + 0XfF + 0o17 + 0b1_01", "291");
    value("0x7fffffffffffffff", "9223372036854775807");
    value("9007199254740994 / 2", "4503599627370497.0");
    value("9223372036854775807 / 3", "3.0744573456182584e+18");
    value("-9223372036854775808 / 7", "-1.3176245766935393e+18");
    value("1 / 9223372036854775807", "1.0842021724855044e-19");
    value("9007199254740993 / 9007199254740995", "0.9999999999999998");
    value("0 / -5", "-0.0");
}

#[test]
fn numbers_print_as_in_python() {
    for (number, text) in [
        ("1.0", "1.0"),
        ("1e16", "1e+16"),
        ("1e15", "1000000000000000.0"),
        ("123456789.125", "123456789.125"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("1.5e-7", "1.5e-07"),
        ("1e100", "1e+100"),
        ("-0.0", "-0.0"),
        ("5e-324", "5e-324"),
        ("1_000", "1000"),
        (".5", "0.5"),
        ("5.", "5.0"),
        // halfway between two shortest texts: the even digit
        ("900719925474099.25", "900719925474099.2"),
        ("900719925474099.75", "900719925474099.8"),
        ("4503599627370497.5", "4503599627370498.0"),
        ("2251799813685249.25", "2251799813685249.0"),
        ("5e-324 * 3", "1.5e-323"),
        ("9007199254740993.0", "9007199254740992.0"),
        ("1e22", "1e+22"),
        ("123456789012345680.0", "1.2345678901234568e+17"),
        ("1234567890123456.7", "1234567890123456.8"),
        ("0.00012345", "0.00012345"),
        ("-0.001", "-0.001"),
        ("-100.0", "-100.0"),
    ] {
        value(&format!("str({number})"), text);
    }
    value("True", "True");
    value("None", "None");
}

#[test]
fn comparisons() {
    value("1 == 1.0", "True");
    value("True == 1", "True");
    value("None == 0", "False");
    value("\"1\" == 1", "False");
    value("1 < 2 < 3", "True");
    value("1 < 3 < 2", "False");
    value("3 > 2 >= 2 != 1", "True");
    value("\"a\" < \"b\"", "True");
    value("9007199254740993 == 9007199254740992.0", "False");
    value("9007199254740993 > 9007199254740992.0", "True");
    value("9223372036854775807 < 9223372036854775808.0", "True");
    value("2 in (1, 2)", "True");
    value("2.0 in [1, 2]", "True");
    value("2 not in (1, 2)", "False");
    value("\"b\" in \"abc\"", "True");
    value("None is None", "True");
    value("key is not None", "True");
    value("not key == \"a\"", "False");
}

#[test]
fn and_or_give_operands() {
    value("0 or 5", "5");
    value("3 and 5", "5");
    value("0 and 5", "0");
    value("None or \"\" or 0.0", "0.0");
    value("not None", "True");
    value("not \"x\"", "False");
    value("1 if () else 2", "2");
    value("1 if [0] else 2", "1");
    value("1 if 0.0 else 2 if None else 3", "3");
    // what decides is asked, the rest is not
    check("return cache.get(key) and db.read(key)", "cache.get a; return None");
    check("return db.read(key) or cache.get(key)", "db.read a; return 7");
    check("return 1 < 0 < db.read(key)", "return False");
    check("return 9 > db.read(key) > 1", "db.read a; return True");
}

#[test]
fn functions() {
    value("len(\"häh\")", "3");
    value("len((1, 2))", "2");
    value("min(3, 1.0, 1)", "1.0");
    value("max(1, True)", "1");
    value("abs(-2.5)", "2.5");
    value("int(2.9)", "2");
    value("int(-2.9)", "-2");
    value("int(\" 42 \")", "42");
    value("int(True)", "1");
    value("float(\"1.5\")", "1.5");
    value("float(2)", "2.0");
    value("math.log(1)", "0.0");
    value("math.exp(0)", "1.0");
    value("math.sqrt(9)", "3.0");
    value("math.floor(-1.5)", "-2");
    value("math.ceil(1.2)", "2");
    value("now()", "5.0");
    value("random()", "0.5");
    value("random(10, 20)", "15.0");
    check("log([1, \"a\", None])", "log: [1, 'a', None]; return None");
    check("log((1, \"a\"), (2,), ())", "log: (1, 'a') (2,) (); return None");
    value("[1, 2.0] == [True, 2] != (1, 2)", "True");
    value("(1, 2) == (1, 2)", "True");
    value("\"%s\" % [1, 2]", "[1, 2]");
    check("log(now())", "log: 5.0; return None");
}

#[test]
fn mistakes_while_running() {
    let fails = |body: &str, message: &str| {
        let notes = crate::fake::read_notes(body, |_| {});
        assert!(notes.ends_with(message) && notes.contains("fail line 3: "), "{body}\n{notes}");
    };
    fails(
        "return 1 + \"a\"",
        "`+` of a number and a text: write `str(…)` to make a text of a number",
    );
    fails("return None + 1", "`+` of None and a number: check `is not None` first");
    fails("return \"a\" * \"b\"", "`*` of a text and a text: it takes numbers");
    fails("return 9223372036854775807 + 1", "whole numbers go up to 9223372036854775807");
    fails("return -9223372036854775807 - 2", "whole numbers go up to 9223372036854775807");
    fails("return 1 // 0", "division by zero: check for it with `if`");
    fails("return 1 % 0.0", "division by zero: check for it with `if`");
    fails("return None < 1", "comparing None with a number: check `is not None` first");
    fails("return (1, 2)[2]", "position 2 of a list of 2: check `len()`");
    fails("x = (1, (2, 3) or 0)", "a list inside a list: keep it flat");
    fails("x = [1] < [2]", "two lists have no order here: compare their items");
    fails("a, b = (1, 2, 3)", "2 names in front of `=`, and 3 values behind it");
    fails("a, b = cache.get(key)", "2 names in front of `=`, and None behind it");
    fails(
        "return (cache.get(key) or None).value",
        "None has no attributes: check `is not None` first",
    );
    fails("return db.row(key).age", "a row has .value .version only");
    fails("return math.log(0)", "`math.log` takes a number above 0");
    fails("return int(\"x\")", "`int` of the text \"x\", which is not a whole number");
    fails("for x in 5: pass", "`for` goes over a list or `range(n)`, and gets a number");
    fails("return x\nx = 1", "`x` is used before it has a value");
    fails(
        "cache.get(5 or 0)",
        "the key of `cache.get` is a number, and keys are texts: write `str(…)`",
    );
    fails("cache.set(key, None and 1)", "check `is not None`, or delete the key");
    fails(
        "cache.set(key, 1, ttl=0 or 0)",
        "`ttl` of `cache.set` takes seconds, from 0.000001 to a year, or None",
    );
    fails("cache.set(key, 1, ttl=-1 or 0)", "from 0.000001 to a year, or None");
    fails("cache.set(key, (1, 2) or 0)", "`cache.set` of a list: store its items one by one");
    fails("cache.set(key, db.row(key) or 0)", "`cache.set` of a row: write `.value` behind it");
    fails("cache.set_with_lease(key, 1, None and 1)", "check `lease is not None` first");
    fails("queue.take(0 or 0)", "`take` takes a whole number from 1 to 10000");
    fails("queue.ack(key)", "`ack` takes an item of `take`, and gets a text");
    fails("sleep(-1 or 0)", "`seconds` of `sleep` takes seconds, from 0 to a year");
    fails("while True: key = key + key", "the text is too long: texts have at most 1000 bytes");
}

#[test]
fn values_keep_the_write_that_made_them() {
    use crate::fake::{Fake, written};
    use stalemate::strategy::value::{Origin, Value};
    use stalemate::strategy::{Machine, Stopped};
    let origin = |expression: &str| {
        let mut fake = Fake::default();
        let source =
            format!("def read(key):\n    return {expression}\ndef write(key, value):\n    pass\n");
        let program = fake.compile(&source);
        let mut machine = Machine::start(&program, program.read, &[written(7, 9).into()]);
        match machine.run(&program, &[], &mut fake) {
            Stopped::Return(Value::Datum(datum)) => datum.origin,
            other => panic!("{other:?}"),
        }
    };
    for kept in [
        "key",
        "key + 1",
        "1 + key",
        "-key",
        "str(key)",
        "str(key) + \"!\"",
        "max(key, 1)",
        "key or 1",
    ] {
        assert_eq!(origin(kept), Origin(9), "{kept}");
    }
    for lost in ["5", "key == 7", "not key", "len(str(key))"] {
        assert_eq!(origin(lost), Origin::INITIAL, "{lost}");
    }
}
