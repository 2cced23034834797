//! Expressions of random programs.

use super::generate::{KINDS, Kind, Writer};

const WHOLE: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "7",
    "10",
    "60",
    "100",
    "255",
    "1_000",
    "0x1f",
    "(-9223372036854775808)",
    "9223372036854775807",
    "9007199254740993",
    "4611686018427387904",
    "12345678901234",
    "-13",
];

const FLOATS: &[&str] = &[
    "0.0",
    "-0.0",
    "0.5",
    "1.5",
    "2.5",
    "0.1",
    "-2.75",
    "1e16",
    "1e-5",
    "123456.789",
    "1e22",
    "3.0",
    "900719925474099.25",
    "1e300",
    "5e-324",
    "0.1234567890123",
    "2.675",
    "1e15",
    "-7.0",
    "1e100",
];

const TEXTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"user:1\"",
    "'b'",
    "\"it's\"",
    "'say \"hi\"'",
    "\"Ünïcode ß\"",
    "\"10\"",
    "\" 42 \"",
    "\"3.5\"",
    "\"x\\ty\"",
    "\"line\\n\"",
    "\"a\" \"b\"",
    "r\"c\\d\"",
    "\"nan\"",
    "\"1_0\"",
    "\"%\"",
    "\"{}\"",
    "'{\"a\": [1, 2.5, null]}'",
    "'[1, \"x\"]'",
    "\"日本\"",
];

const NAMES: &[&str] = &["\"name\"", "\"age\"", "\"a\"", "\"x y\"", "\"ü\""];

const SPECS: &[&str] = &[
    "", "5", "<6", ">7", "^8", "*^9", "03", ".2f", ".0f", "8.3f", "+d", "d", ",", ",.2f", "x",
    "#x", "b", "e", ".3e", "g", ".3g", "%", ".1%", "s", ".2", "010.2f", "_", "<05", "=+8", "E",
    ".4", "X", "o",
];

const PERCENTS: &[&str] = &[
    "%s", "%d", "%5d", "%-5d|", "%05d", "%.2f", "%8.3f", "%e", "%g", "%r", "%x", "%5s|", "%-5s|",
    "%.2s", "%+d", "%i", "%%%s", "%06.1f", "% d", "%#x", "%.3d",
];

impl Writer {
    /// An expression that mostly comes to a value of a kind.
    pub fn expression(&mut self, kind: Kind, depth: u32) -> String {
        // now and then one that does not fit
        let kind = if self.dice.one_in(250) { KINDS[self.dice.below(6)] } else { kind };
        if depth == 0 {
            return self.leaf(kind);
        }
        if self.dice.one_in(14) {
            let (yes, no) = (self.expression(kind, depth - 1), self.expression(kind, depth - 1));
            let test = self.expression(Kind::Any, depth - 1);
            return format!("({yes} if {test} else {no})");
        }
        if self.dice.one_in(12) {
            let (a, b) = (self.expression(kind, depth - 1), self.expression(kind, depth - 1));
            return format!("({a} {} {b})", self.dice.pick(&["or", "and"]));
        }
        let next = |writer: &mut Writer, kind| writer.expression(kind, depth - 1);
        match kind {
            Kind::Number => self.number(depth),
            Kind::Text => self.text(depth),
            Kind::Truth => self.truth(depth),
            Kind::List => match self.dice.below(8) {
                0 => {
                    let (a, b) = (next(self, Kind::List), next(self, Kind::List));
                    format!("({a} + {b})")
                }
                1 => {
                    let of = next(self, Kind::List);
                    format!("{of}{}", self.slice())
                }
                2 => format!(
                    "{}.split({})",
                    next(self, Kind::Text),
                    self.dice.pick(&["", "\":\"", "\"b\""])
                ),
                3 => {
                    format!(
                        "{}.{}()",
                        next(self, Kind::Dictionary),
                        self.dice.pick(&["keys", "values"])
                    )
                    .replace(".keys()", "")
                    .replace(".values()", "")
                        + "[0:0]"
                }
                4 => "json.loads('[1, \"x\", 2.50]')".to_owned(),
                _ => {
                    let items: Vec<String> = (0..self.dice.below(4))
                        .map(|_| {
                            let kind = [Kind::Number, Kind::Text, Kind::Truth][self.dice.below(3)];
                            self.expression(kind, depth - 1)
                        })
                        .collect();
                    format!("[{}]", items.join(", "))
                }
            },
            Kind::Dictionary => match self.dice.below(5) {
                0 => format!(
                    "{{**{}, {}: {}}}",
                    next(self, Kind::Dictionary),
                    self.dice.pick(NAMES),
                    next(self, Kind::Any)
                ),
                1 => "json.loads('{\"b\": [1, true], \"a\": {\"c\": null}}')".to_owned(),
                2 => {
                    let value = next(self, Kind::Dictionary);
                    format!("json.loads(json.dumps({value}))")
                }
                _ => {
                    let fields: Vec<String> = (0..self.dice.below(4))
                        .map(|_| format!("{}: {}", self.dice.pick(NAMES), next(self, Kind::Any)))
                        .collect();
                    format!("{{{}}}", fields.join(", "))
                }
            },
            Kind::Any => match self.dice.below(9) {
                0 => {
                    let of = next(self, Kind::List);
                    let at = self.dice.pick(&["0", "-1", "1", "True", "2", "-3", "n", "5"]);
                    format!("({of} + [7, \"y\", None])[{at}]")
                }
                1 => {
                    let (of, name) = (next(self, Kind::Dictionary), self.dice.pick(NAMES));
                    let value = next(self, Kind::Any);
                    match self.dice.one_in(9) {
                        true => format!("{of}[{name}]"),
                        false => format!("{{**{of}, {name}: {value}}}[{name}]"),
                    }
                }
                2 => format!("{}.get({})", next(self, Kind::Dictionary), self.dice.pick(NAMES)),
                3 => format!(
                    "{}.get({}, {})",
                    next(self, Kind::Dictionary),
                    self.dice.pick(NAMES),
                    next(self, Kind::Any)
                ),
                4 => {
                    let value = next(self, Kind::Any);
                    match self.dice.below(3) {
                        0 => format!("helper({value})"),
                        1 => format!("helper({value}, c={})", next(self, Kind::Any)),
                        _ => format!("helper(c={}, a={value})", next(self, Kind::Any)),
                    }
                }
                _ => {
                    let kind = KINDS[self.dice.below(5)];
                    self.expression(kind, depth - 1)
                }
            },
        }
    }

    fn slice(&mut self) -> String {
        let bounds = ["", "0", "1", "-1", "2", "-9", "9", "n"];
        let (a, b) = (self.dice.pick(&bounds), self.dice.pick(&bounds));
        match self.dice.below(3) {
            0 => format!("[{a}:{b}:{}]", self.dice.pick(&["", "1", "2", "-1", "-2"])),
            _ => format!("[{a}:{b}]"),
        }
    }

    fn number(&mut self, depth: u32) -> String {
        let a = self.expression(Kind::Number, depth - 1);
        match self.dice.below(18) {
            0..=5 => {
                let b = self.expression(Kind::Number, depth - 1);
                format!(
                    "({a} {} {b})",
                    self.dice.pick(&[
                        "+", "-", "*", "+", "-", "*", "/ 7 -", "// 3 +", "% 5 *", "/", "//", "%"
                    ])
                )
            }
            6 => format!(
                "({a} ** {})",
                self.dice.pick(&["2", "3", "0", "-1", "0.5", "-2", "1.5", "10"])
            ),
            7 => format!("{}{a}", self.dice.pick(&["-", "+", "- -"])),
            8 => {
                let kind = [Kind::Text, Kind::List, Kind::Dictionary][self.dice.below(3)];
                format!("len({})", self.expression(kind, depth - 1))
            }
            9 => format!(
                "int({})",
                self.dice
                    .pick(&["\" 42 \"", "\"-7\"", "\"1_0\"", "2.9", "-2.9", "True", "x", "\"+3\""])
            ),
            10 => format!(
                "float({})",
                self.dice.pick(&[
                    "\"3.5\"",
                    "\"1e3\"",
                    "n",
                    "\" .5 \"",
                    "\"inf\"",
                    "False",
                    "\"1_0.5\""
                ])
            ),
            11 => format!("abs({a})"),
            12 => format!(
                "round({a}{})",
                self.dice.pick(&["", ", 1", ", 2", ", -1", ", 0", ", -2", ", None"])
            ),
            13 => {
                let b = self.expression(Kind::Number, depth - 1);
                let of = self.dice.pick(&["min", "max"]);
                if self.dice.one_in(2) {
                    format!("{of}({a}, {b})")
                } else {
                    format!("{of}([{a}, {b}])")
                }
            }
            14 => format!("math.{}({a})", self.dice.pick(&["floor", "ceil", "sqrt"])),
            15 => format!(
                "math.{}({})",
                self.dice.pick(&["exp", "log"]),
                self.dice.pick(&["1", "3", "0.5", "2.5", "n", "10", "1e-3"])
            ),
            _ => a,
        }
    }

    fn truth(&mut self, depth: u32) -> String {
        let signs = ["==", "!=", "<", "<=", ">", ">="];
        match self.dice.below(9) {
            0 | 1 => {
                let kind = [Kind::Number, Kind::Text][self.dice.below(2)];
                let parts: Vec<String> =
                    (0..2 + self.dice.below(2)).map(|_| self.expression(kind, depth - 1)).collect();
                let mut chain = parts[0].clone();
                for part in &parts[1..] {
                    chain += &format!(" {} {part}", self.dice.pick(&signs));
                }
                format!("({chain})")
            }
            2 => format!("(not {})", self.expression(Kind::Any, depth - 1)),
            3 => {
                let of = [Kind::List, Kind::Text, Kind::Dictionary][self.dice.below(3)];
                let one = if of == Kind::List { Kind::Number } else { Kind::Text };
                let word = self.dice.pick(&["in", "not in"]);
                format!(
                    "({} {word} {})",
                    self.expression(one, depth - 1),
                    self.expression(of, depth - 1)
                )
            }
            4 => format!(
                "({} {} None)",
                self.expression(Kind::Any, depth - 1),
                self.dice.pick(&["is", "is not", "=="])
            ),
            5 => {
                let kind =
                    [Kind::Number, Kind::Text, Kind::Dictionary, Kind::List][self.dice.below(4)];
                let (a, b) = (self.expression(kind, depth - 1), self.expression(kind, depth - 1));
                format!("({a} {} {b})", self.dice.pick(&["==", "!="]))
            }
            6 => format!(
                "{}.{}({})",
                self.expression(Kind::Text, depth - 1),
                self.dice.pick(&["startswith", "endswith"]),
                self.dice.pick(&["\"key\"", "\"b\"", "(\"k\", \"1\")", "\"\"", "s"])
            ),
            7 => format!("bool({})", self.expression(Kind::Any, depth - 1)),
            _ => self.leaf(Kind::Truth),
        }
    }

    fn text(&mut self, depth: u32) -> String {
        let a = self.expression(Kind::Text, depth - 1);
        match self.dice.below(17) {
            0 | 1 => format!("({a} + {})", self.expression(Kind::Text, depth - 1)),
            2 => format!("({a} * {})", self.dice.pick(&["2", "0", "-1", "3", "True"])),
            3 => format!("({a} + \"yz\")[{}]", self.dice.pick(&["0", "-1", "1", "-2"])),
            4 => format!("{a}{}", self.slice()),
            5 => format!("{a}.{}()", self.dice.pick(&["upper", "lower", "strip"])),
            6 => format!(
                "{a}.replace({})",
                self.dice.pick(&["\"a\", \"bb\"", "\":\", \"\"", "\"\", \"-\"", "\"e\", t"])
            ),
            7 => format!(
                "{}.join([{}, {}])",
                self.dice.pick(&["\", \"", "\"\"", "s"]),
                self.expression(Kind::Text, depth - 1),
                a
            ),
            8 => format!(
                "{}({})",
                self.dice.pick(&["str", "repr", "json.dumps"]),
                self.expression(Kind::Any, depth - 1)
            ),
            9..=11 => self.formatted(depth),
            12 => {
                let value = self.expression(Kind::Number, depth - 1);
                format!("\"{}\" % ({value},)", self.dice.pick(PERCENTS))
            }
            13 => {
                let (b, c) = (
                    self.expression(Kind::Any, depth - 1),
                    self.expression(Kind::Number, depth - 1),
                );
                format!("\"{}:%s\" % ({c}, {b})", self.dice.pick(PERCENTS))
            }
            14 => {
                let (b, c) = (
                    self.expression(Kind::Any, depth - 1),
                    self.expression(Kind::Number, depth - 1),
                );
                match self.dice.below(3) {
                    0 => format!("\"{{}}/{{:{}}}\".format({b}, {c})", self.dice.pick(SPECS)),
                    1 => format!("\"{{1}}{{0!r}}\".format({b}, {c})"),
                    _ => format!("\"{{{{{{name}}}}}}\".format(name={c})"),
                }
            }
            15 => {
                format!("\"%(name)s %(age)d\" % {}", self.expression(Kind::Dictionary, depth - 1))
            }
            _ => a,
        }
    }

    /// A text with values in it. Python 3.11 takes no quotes of the same kind inside.
    fn formatted(&mut self, depth: u32) -> String {
        let mut text = String::from("f'''");
        for _ in 0..1 + self.dice.below(3) {
            text.push_str(self.dice.pick(&["user:", "", "{{x}}", " é "]));
            let kind = if self.dice.one_in(3) { Kind::Any } else { Kind::Number };
            let value = self.expression(kind, depth - 1);
            let is_plain = !value.contains(['\\', '#', '\'']) && !value.contains("'''");
            let value = if is_plain { value } else { "n".to_owned() };
            match self.dice.below(4) {
                0 => text.push_str(&format!("{{({value}):{}}}", self.dice.pick(SPECS))),
                1 => text.push_str(&format!("{{({value})!r}}")),
                2 => text.push_str("{n=} {x = }"),
                _ => text.push_str(&format!("{{({value})}}")),
            }
        }
        text + "'''"
    }

    fn leaf(&mut self, kind: Kind) -> String {
        if kind == Kind::Any && self.dice.one_in(4) {
            return "None".to_owned();
        }
        if kind == Kind::Any && self.dice.one_in(12) {
            return self.dice.pick(&["(1, \"b\")", "(n,)", "()", "(s, 2.5)"]).to_owned();
        }
        if self.dice.one_in(2) {
            return self.variable(kind).to_owned();
        }
        match kind {
            Kind::Number if self.dice.one_in(3) => self.dice.pick(FLOATS).to_owned(),
            Kind::Number if self.dice.one_in(2) => format!("{}", self.dice.below(12)),
            Kind::Number => self.dice.pick(WHOLE).to_owned(),
            Kind::Text => self.dice.pick(TEXTS).to_owned(),
            Kind::Truth => self.dice.pick(&["True", "False", "b", "n > 2"]).to_owned(),
            Kind::List => {
                self.dice.pick(&["[]", "[1, 2]", "[\"a\", 2.5, None]", "items"]).to_owned()
            }
            Kind::Dictionary => self
                .dice
                .pick(&["{}", "{\"a\": 1}", "{\"name\": \"Bob\", \"a\": [1, \"z\"]}", "user"])
                .to_owned(),
            Kind::Any => {
                let kind = KINDS[self.dice.below(5)];
                self.leaf(kind)
            }
        }
    }
}
