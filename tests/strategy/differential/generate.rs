//! Random programs of the part of the language that Python has, too.

/// A source of choices: SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// What an expression should come to.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Number,
    Text,
    Truth,
    List,
    Dictionary,
    Any,
}

pub const KINDS: [Kind; 6] =
    [Kind::Number, Kind::Text, Kind::Truth, Kind::List, Kind::Dictionary, Kind::Any];

/// The variables of each kind: most of them get a value of it.
const VARIABLES: [(&str, Kind); 10] = [
    ("n", Kind::Number),
    ("m", Kind::Number),
    ("x", Kind::Number),
    ("s", Kind::Text),
    ("t", Kind::Text),
    ("b", Kind::Truth),
    ("items", Kind::List),
    ("more", Kind::List),
    ("user", Kind::Dictionary),
    ("v", Kind::Any),
];

/// Errors of the program's own.
const ERRORS: &str = "class Busy(Exception):\n    pass\n\nclass Late(Busy): pass\n\n\
                      class Down(DatabaseError):\n    \"it is down\"\n";

/// A program, and what the calls of the database give.
pub fn program(seed: u64) -> (String, Vec<Reply>) {
    let mut writer =
        Writer { dice: Dice(seed), out: String::new(), indent: 1, loops: 0, budget: 60 };
    let count = 3 + writer.dice.below(6);
    writer.line("n, m, x = 3, -2, 0.5");
    writer.line("s, t, b = \"key:7\", \"b\", True");
    writer.line("items, more = [1, 2, 3], [\"p\", None, 2.5]");
    writer.line("user, v = {\"name\": \"Ada\", \"age\": 36}, None");
    for _ in 0..count {
        writer.statement(3);
    }
    let result = writer.expression(Kind::Any, 2);
    writer.line(&format!("return {result}"));
    let helper = writer.helper();
    let replies = (0..6).map(|_| Reply::ALL[writer.dice.below(Reply::ALL.len())]).collect();
    let body = writer.out;
    let source = format!(
        "RATE = 5\n\n{ERRORS}\n{helper}\ndef read(key):\n{body}\ndef write(key, value):\n    pass\n"
    );
    (source, replies)
}

/// What a call of the database gives.
#[derive(Clone, Copy)]
pub enum Reply {
    Seven,
    Refused,
    Slow,
    Cache,
}

impl Reply {
    const ALL: [Reply; 5] = [Reply::Seven, Reply::Seven, Reply::Refused, Reply::Slow, Reply::Cache];
}

pub struct Writer {
    pub dice: Dice,
    out: String,
    indent: usize,
    loops: u32,
    /// statements that may still be written
    budget: u32,
}

impl Writer {
    fn line(&mut self, text: &str) {
        self.out.push_str(&"    ".repeat(self.indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    pub fn variable(&mut self, kind: Kind) -> &'static str {
        let of: Vec<&str> =
            VARIABLES.iter().filter(|(_, of)| *of == kind).map(|(name, _)| *name).collect();
        match kind {
            Kind::Any => VARIABLES[self.dice.below(VARIABLES.len())].0,
            _ => of[self.dice.below(of.len())],
        }
    }

    fn block(&mut self, depth: u32) {
        self.indent += 1;
        for _ in 0..1 + self.dice.below(2) {
            self.statement(depth);
        }
        self.indent -= 1;
    }

    fn statement(&mut self, depth: u32) {
        self.budget = self.budget.saturating_sub(1);
        let choice = if depth == 0 || self.budget == 0 { 0 } else { self.dice.below(22) };
        match choice {
            8 => {
                let test = self.expression(Kind::Truth, 2);
                self.line(&format!("if {test}:"));
                self.block(depth - 1);
                if self.dice.one_in(3) {
                    let test = self.expression(Kind::Any, 1);
                    self.line(&format!("elif {test}:"));
                    self.block(depth - 1);
                }
                if self.dice.one_in(2) {
                    self.line("else:");
                    self.block(depth - 1);
                }
            }
            9 => {
                let counter = format!("i{}", self.loops);
                self.line(&format!("{counter} = 0"));
                let turns = self.dice.below(4);
                self.line(&format!("while {counter} < {turns}:"));
                self.loops += 1;
                self.indent += 1;
                self.line(&format!("{counter} += 1"));
                self.indent -= 1;
                self.block(depth - 1);
                self.leave_loop();
                self.loops -= 1;
            }
            10 | 11 => {
                let (name, over) = match self.dice.below(5) {
                    0 => ("t", self.expression(Kind::Text, 1)),
                    1 => ("s", self.expression(Kind::Dictionary, 1)),
                    2 => ("n", format!("range({})", self.dice.below(4))),
                    3 => ("m", format!("range({}, -3, -2)", self.dice.below(4))),
                    _ => ("v", self.expression(Kind::List, 1)),
                };
                self.line(&format!("for {name} in {over}:"));
                self.loops += 1;
                self.block(depth - 1);
                self.leave_loop();
                self.loops -= 1;
            }
            12 => {
                let over = self.expression(Kind::Dictionary, 1);
                self.line(&format!("for t, v in {over}.items():"));
                self.block(depth - 1);
            }
            13 | 14 => self.attempt(depth),
            15 => {
                let key = self.expression(Kind::Text, 1);
                self.line(&format!("with lock({key}):"));
                self.block(depth - 1);
            }
            16 => self.line("v = db.read(key)"),
            17 if self.dice.one_in(2) => {
                let value = self.expression(Kind::Any, 2);
                self.line(&format!("return {value}"));
            }
            18 => {
                let value = self.expression(Kind::Any, 2);
                self.line(&format!("log(repr({value}))"));
            }
            19 => {
                let (a, b) = (self.expression(Kind::Any, 2), self.expression(Kind::Any, 2));
                self.line(&format!("print({a}, {b})"));
            }
            20 if self.dice.one_in(3) => self.raise(),
            _ => self.assignment(),
        }
    }

    fn raise(&mut self) {
        let error = self.dice.pick(&[
            "Busy",
            "Late",
            "Down",
            "StoreError",
            "CacheError",
            "DatabaseError",
            "Timeout",
            "Exception",
        ]);
        match self.dice.below(4) {
            0 => self.line(&format!("raise {error}")),
            1 => self.line(&format!("raise {error}() from None")),
            _ => {
                let text = self.expression(Kind::Any, 1);
                self.line(&format!("raise {error}({text})"));
            }
        }
    }

    fn leave_loop(&mut self) {
        if self.dice.one_in(4) {
            let test = self.expression(Kind::Truth, 1);
            let word = self.dice.pick(&["break", "continue"]);
            self.indent += 1;
            self.line(&format!("if {test}: {word}"));
            self.indent -= 1;
        }
    }

    fn attempt(&mut self, depth: u32) {
        self.line("try:");
        self.indent += 1;
        if self.dice.one_in(2) {
            self.line("v = db.read(key)");
        }
        if self.dice.one_in(3) {
            let value = self.expression(Kind::Any, 1);
            self.line(&format!("return {value}"));
        } else if self.loops > 0 && self.dice.one_in(4) {
            self.line("break");
        } else if self.dice.one_in(3) {
            self.raise();
        }
        self.indent -= 1;
        self.block(depth - 1);
        let caught = self.dice.below(3);
        if caught > 0 {
            let errors = self.dice.pick(&[
                "StoreError",
                "CacheError",
                "DatabaseError",
                "Timeout",
                "Exception",
                "(CacheError, Timeout)",
                "DatabaseError as e",
                "StoreError as e",
                "Busy",
                "Late",
                "(Down, Late) as e",
                "Busy as e",
                "Down",
            ]);
            // a mistake is caught by Python's `Exception`, and by none here
            let errors = if errors == "Exception" { "StoreError" } else { errors };
            self.line(&format!("except {errors}:"));
            self.indent += 1;
            if errors.ends_with("as e") {
                self.line("log(e)");
            }
            if self.dice.one_in(5) {
                self.line("raise");
            } else if self.dice.one_in(6) {
                self.raise();
            }
            self.indent -= 1;
            self.block(depth - 1);
            if self.dice.one_in(4) {
                self.line("else:");
                self.block(depth - 1);
            }
        }
        if caught == 0 || self.dice.one_in(3) {
            self.line("finally:");
            self.indent += 1;
            if self.dice.one_in(2) {
                self.line("try:");
                self.line("    m = db.read(\"t\")");
                self.line("except StoreError:");
                self.line("    log(\"cleaned\")");
            }
            let value = self.expression(Kind::Any, 1);
            self.line(&format!("log({value})"));
            self.indent -= 1;
        }
    }

    fn assignment(&mut self) {
        let kind = KINDS[self.dice.below(6)];
        let name = self.variable(kind);
        match self.dice.below(8) {
            0 => {
                let operator = self.dice.pick(&["+=", "-=", "*=", "/=", "//=", "%=", "**="]);
                // Python's whole numbers have no end
                let value = match operator {
                    "**=" => self.dice.pick(&["2", "0", "-1", "0.5"]).to_owned(),
                    _ => self.expression(Kind::Number, 1),
                };
                let name = self.variable(Kind::Number);
                self.line(&format!("{name} {operator} {value}"));
            }
            1 => {
                let other = self.variable(kind);
                let value = self.expression(kind, 2);
                self.line(&format!("{name} = {other} = {value}"));
            }
            2 => {
                let other = self.variable(kind);
                let (a, b) = (self.expression(kind, 2), self.expression(kind, 2));
                self.line(&format!("{name}, {other} = {a}, {b}"));
            }
            3 => {
                let value = self.expression(kind, 2);
                self.line(&format!("{name}: Any = {value}"));
            }
            _ => {
                let value = self.expression(kind, 3);
                self.line(&format!("{name} = {value}"));
                self.line(&format!("log({name})"));
            }
        }
    }

    /// A function that the program calls.
    fn helper(&mut self) -> String {
        let value = self.expression_of_arguments();
        let default = self.dice.pick(&["2", "\"d\"", "None", "RATE", "-1.5"]);
        format!("def helper(a, c: int = {default}) -> object:\n    return {value}\n")
    }

    fn expression_of_arguments(&mut self) -> String {
        self.dice
            .pick(&[
                "a",
                "c",
                "str(a) + str(c)",
                "a == c",
                "f\"{a}|{c}\"",
                "[a, c]",
                "a if c else None",
                "c or a",
                "\"%s-%s\" % (a, c)",
                "{\"a\": c}",
                "\"{1}{0}\".format(a, c)",
                "a is None",
            ])
            .to_owned()
    }
}
