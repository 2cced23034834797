//! The numbers of a chart as text.

use crate::time::{Micros, SECOND_US, duration, exactly};
use crate::view::{Chart, Line, Quantity};

const MINUTE_US: Micros = 60 * SECOND_US;
const HOUR_US: Micros = 60 * MINUTE_US;

/// A number with its unit: "92.5 %", "1.2 ms", "40/s", "7".
pub fn figure(unit: Quantity, number: u64) -> String {
    match unit {
        Quantity::Permille => format!("{} %", tenths(number)),
        Quantity::Micros if number == 0 => "0 ms".to_owned(),
        Quantity::Micros => duration(three_digits(number)),
        Quantity::MilliPerSecond if number >= 100_000 => format!("{}/s", (number + 500) / 1_000),
        // A few a minute are not none.
        Quantity::MilliPerSecond if number < 100 => {
            format!("{}/s", exactly(number, 1_000))
        }
        Quantity::MilliPerSecond => format!("{}/s", tenths((number + 50) / 100)),
        Quantity::Count => number.to_string(),
    }
}

/// Rounds to three digits, as exact as a chart can be read.
fn three_digits(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(2));
    (number + unit / 2) / unit * unit
}

fn tenths(number: u64) -> String {
    match number % 10 {
        0 => (number / 10).to_string(),
        rest => format!("{}.{rest}", number / 10),
    }
}

/// A round instant: "0.5 s", "20 s", "2 min", "1 h".
pub fn instant(us: Micros) -> String {
    match us {
        0 => "0 s".to_owned(),
        _ if us.is_multiple_of(HOUR_US) => format!("{} h", us / HOUR_US),
        _ if us.is_multiple_of(MINUTE_US) => format!("{} min", us / MINUTE_US),
        _ if us < SECOND_US / 10 => format!("{} ms", exactly(us, 1_000)),
        _ => format!("{} s", exactly(us, SECOND_US)),
    }
}

/// The beginning of a step in seconds, with as many decimals as the length of a step needs.
pub fn beginning(at: u64, step_us: Micros) -> String {
    let (us, mut part, mut digits) = (at.saturating_mul(step_us), step_us % SECOND_US, 6);
    while digits > 0 && part.is_multiple_of(10) {
        (part, digits) = (part / 10, digits - 1);
    }
    let rest = us % SECOND_US / 10_u64.pow(6 - digits as u32);
    match digits {
        0 => format!("{} s", us / SECOND_US),
        _ => format!("{}.{rest:0digits$} s", us / SECOND_US),
    }
}

/// A chart in a sentence, for screen readers: "Hit ratio, 0 s to 60 s:
/// latest 92 %, lowest 40 %, highest 95 %, overall 80 %".
pub fn gist(chart: &Chart, step_us: Micros) -> String {
    let steps = chart.lines.iter().map(|line| line.values.len()).max().unwrap_or(0);
    let alone = chart.lines.len() == 1;
    let lines: Vec<String> = chart
        .lines
        .iter()
        .map(|line| match alone {
            true => of_line(line, chart.unit),
            false => format!("{} {}", line.name, of_line(line, chart.unit)),
        })
        .collect();
    format!("{}, 0 s to {}: {}", chart.title, instant(steps as u64 * step_us), lines.join("; "))
}

fn of_line(line: &Line, unit: Quantity) -> String {
    let known = || line.values.iter().flatten().copied();
    let said = [
        ("latest", known().next_back()),
        ("lowest", known().min()),
        ("highest", known().max()),
        ("overall", line.overall),
    ];
    let said: Vec<String> = said
        .into_iter()
        .filter_map(|(word, number)| Some(format!("{word} {}", figure(unit, number?))))
        .collect();
    if said.is_empty() { "nothing yet".to_owned() } else { said.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_their_unit() {
        let said = |unit, numbers: [u64; 4]| numbers.map(|number| figure(unit, number));
        assert_eq!(
            said(Quantity::Permille, [0, 5, 925, 1_000]),
            ["0 %", "0.5 %", "92.5 %", "100 %"]
        );
        assert_eq!(
            said(Quantity::Micros, [0, 250, 11_512, 2_100_000]),
            ["0 ms", "250 µs", "11.5 ms", "2.1 s"]
        );
        let rates = said(Quantity::MilliPerSecond, [0, 20, 12_340, 123_456]);
        assert_eq!(rates, ["0/s", "0.02/s", "12.3/s", "123/s"]);
        assert_eq!(said(Quantity::Count, [0, 7, 50, 1_234]), ["0", "7", "50", "1234"]);
    }

    #[test]
    fn instants_are_exact_and_short() {
        let said = [0, 62_500, 500_000, 1_250_000, 90_000_000, 120_000_000, 3_600_000_000];
        assert_eq!(
            said.map(instant),
            ["0 s", "62.5 ms", "0.5 s", "1.25 s", "90 s", "2 min", "1 h"]
        );
    }

    #[test]
    fn beginnings_line_up() {
        let column = |step_us| [0, 1, 2, 16].map(|at| beginning(at, step_us));
        assert_eq!(column(62_500), ["0.0000 s", "0.0625 s", "0.1250 s", "1.0000 s"]);
        assert_eq!(column(500_000), ["0.0 s", "0.5 s", "1.0 s", "8.0 s"]);
        assert_eq!(column(4_000_000), ["0 s", "4 s", "8 s", "64 s"]);
    }

    #[test]
    fn a_chart_is_said_in_a_sentence() {
        let line =
            |name, values: &[Option<u64>], overall| Line { name, values: values.to_vec(), overall };
        let mut chart = Chart {
            id: "hit-ratio",
            title: "Hit ratio",
            unit: Quantity::Permille,
            lines: vec![line("hits", &[Some(400), None, Some(920), None], Some(800))],
        };
        assert_eq!(
            gist(&chart, 15_000_000),
            "Hit ratio, 0 s to 1 min: latest 92 %, lowest 40 %, highest 92 %, overall 80 %"
        );
        chart.lines = vec![line("p50", &[Some(1)], None), line("p99", &[None], None)];
        assert_eq!(
            gist(&chart, 500_000),
            "Hit ratio, 0 s to 0.5 s: p50 latest 0.1 %, lowest 0.1 %, highest 0.1 %; p99 nothing yet"
        );
    }
}
