//! Sweeps of one strategy over one or two ranges of a parameter or a setting.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::ComparedProps;
use super::runs::{Asked, Next, RunsHandle, use_runs};
use crate::compare::job::{Job, Keep, Kept};
use crate::compare::sweep::{
    Axis, AxisError, Bisection, MOST_AXES, Mean, Point, Points, Sweep as Runs, SweepLine,
    axis_names,
};
use crate::compare::{Candidate, Claim, MEASURES, Measure, Unit};
use crate::layout::curve::{Curve, curve};
use crate::scenario::{Literal, Scenario};
use crate::ui::browser::download;

/// The most runs of a sweep on the page.
const MOST_RUNS: u64 = 2_000;

/// The fields of the form.
#[derive(Clone, PartialEq)]
struct Form {
    /// The name and the values of each axis; an empty name: no axis.
    axes: [(String, String); MOST_AXES],
    seeds: u32,
    measure: usize,
    /// The claim to search for.
    claim: String,
}

impl Form {
    fn of(known: &[String]) -> Form {
        let first = known.first().cloned().unwrap_or_default();
        let values = if first == "capacity" { "10..1000*2" } else { "1..60/5" };
        Form {
            axes: [(first, values.to_owned()), (String::new(), "1,2,4,8".to_owned())],
            seeds: 3,
            measure: Measure::position("stale_share").unwrap_or(0),
            claim: "stale_share <= 0.1%".to_owned(),
        }
    }

    /// The sweep of this form, with this many axes.
    fn sweep(&self, base: &Scenario, axes: usize) -> Result<Runs, String> {
        let named = self.axes.iter().take(axes).filter(|(name, _)| !name.is_empty());
        let axis =
            |(name, values): &(String, String)| Axis::parse(&format!("{name}={values}"), base);
        let axes = named.map(axis).collect::<Result<Vec<_>, AxisError>>();
        let axes = axes.map_err(|error| error.to_string())?;
        if let [one, other] = &axes[..]
            && one.name == other.name
        {
            return Err(format!("{} is varied twice", one.name));
        }
        let sweep = Runs::new(base.clone(), axes, self.seeds);
        if sweep.runs() > MOST_RUNS {
            let runs = sweep.runs();
            return Err(format!(
                "this makes {runs} runs; allowed here: up to {MOST_RUNS} (`stalemate sweep` does more)"
            ));
        }
        Ok(sweep)
    }
}

#[component]
pub fn Sweep(props: &ComparedProps) -> Html {
    let base = use_memo((), |()| props.scenario.emit(false));
    let known = use_memo((), |()| axis_names(&base));
    let form = use_state_eq(|| Form::of(&known));
    let wrong = use_state_eq(|| None::<String>);
    let runs = use_runs::<SweepLine>();
    let search = use_runs::<Tried>();
    let start = {
        let (base, form, wrong, runs) = (base.clone(), form.clone(), wrong.setter(), runs.clone());
        Callback::from(move |_: MouseEvent| match form.sweep(&base, MOST_AXES) {
            Ok(sweep) => {
                wrong.set(None);
                begin(&runs, sweep);
            }
            Err(why) => wrong.set(Some(why)),
        })
    };
    let find = {
        let (base, form, wrong, search) =
            (base.clone(), form.clone(), wrong.setter(), search.clone());
        Callback::from(move |_: MouseEvent| {
            let sought = form.sweep(&base, 1).and_then(|sweep| {
                let claim = Claim::parse(&form.claim, &[]).map_err(|why| why.to_string())?;
                Ok((sweep, claim))
            });
            wrong.set(sought.as_ref().err().cloned());
            if let Ok((sweep, claim)) = sought {
                bisect(&search, sweep, claim);
            }
        })
    };
    let busy = runs.is_running() || search.is_running();
    let axis = |at: usize| {
        let (name, values) = form.axes[at].clone();
        let change = {
            let form = form.clone();
            move |new: (String, String)| {
                let mut changed = (*form).clone();
                changed.axes[at] = new;
                form.set(changed);
            }
        };
        let on_name = {
            let (change, values) = (change.clone(), values.clone());
            Callback::from(move |event: Event| {
                change((
                    event.target_unchecked_into::<HtmlSelectElement>().value(),
                    values.clone(),
                ));
            })
        };
        let on_values = {
            let name = name.clone();
            Callback::from(move |event: Event| {
                change((name.clone(), event.target_unchecked_into::<HtmlInputElement>().value()));
            })
        };
        html! {
            <p class="choices" key={at}>
                <label class="field inline"><span>{ if at == 0 { "Vary" } else { "and" } }</span>
                    <select id={format!("sweep-axis-{at}")} disabled={busy} onchange={on_name}>
                        if at > 0 { <option value="" selected={name.is_empty()}>{ "nothing else" }</option> }
                        for each in known.iter() { <option key={each.clone()} value={each.clone()} selected={*each == name}>{ each }</option> }
                    </select>
                </label>
                if !name.is_empty() {
                    <label class="field inline"><span>{ "over" }</span>
                        <input id={format!("sweep-values-{at}")} value={values} disabled={busy} spellcheck="false" autocomplete="off" onchange={on_values} /></label>
                }
            </p>
        }
    };
    let on_seeds = {
        let form = form.clone();
        Callback::from(move |event: Event| {
            let seeds =
                event.target_unchecked_into::<HtmlInputElement>().value().parse().unwrap_or(1);
            form.set(Form { seeds: u32::clamp(seeds, 1, 50), ..(*form).clone() });
        })
    };
    let on_measure = {
        let form = form.clone();
        Callback::from(move |event: Event| {
            let measure =
                event.target_unchecked_into::<HtmlSelectElement>().selected_index().max(0);
            form.set(Form { measure: measure as usize, ..(*form).clone() });
        })
    };
    let on_claim = {
        let form = form.clone();
        Callback::from(move |event: Event| {
            let claim = event.target_unchecked_into::<HtmlInputElement>().value();
            form.set(Form { claim, ..(*form).clone() });
        })
    };
    html! {
        <>
            <p>{ "The present scenario runs once for each value and seed. Values: " }<code>{ "1..60/5" }</code>{ " in steps of 5, " }<code>{ "10..1000*2" }</code>
                { " each twice the previous one, or " }<code>{ "1,5,20" }</code>{ "." }</p>
            { for (0..MOST_AXES).map(axis) }
            <p class="choices">
                <label class="field inline"><span>{ "Seeds" }</span>
                    <input type="number" id="sweep-seeds" min="1" max="50" value={form.seeds.to_string()} disabled={busy} onchange={on_seeds} /></label>
                <label class="field inline"><span>{ "Show" }</span>
                    <select id="sweep-measure" onchange={on_measure}>
                        for (at, measure) in MEASURES.iter().enumerate() {
                            <option key={measure.name} selected={at == form.measure}>{ measure.heading }</option>
                        }
                    </select>
                </label>
            </p>
            if let Some(why) = &*wrong { <p class="notice bad" role="alert">{ why }</p> }
            { runs.controls("sweep", "Sweep", search.is_running(), start) }
            <div id="sweep-result" aria-live="polite">
                if let Some(found) = runs.get() {
                    for why in found.refused.iter() { <p class="notice bad">{ why }</p> }
                    { drawn(&found.done, form.measure, found.is_over()) }
                }
            </div>
            <h3>{ "Where a claim begins or ceases to hold" }</h3>
            <p class="choices">
                <label class="field inline"><span>{ "Claim, tried along the first setting" }</span>
                    <input id="sweep-claim" value={form.claim.clone()} disabled={busy} spellcheck="false" autocomplete="off" onchange={on_claim} /></label>
            </p>
            { search.controls("find", "Search", runs.is_running(), find) }
            <div id="find-result" aria-live="polite">
                if let Some(found) = search.get() {
                    for why in found.refused.iter() { <p class="notice bad">{ why }</p> }
                    { answered(&found.done) }
                }
            </div>
        </>
    }
}

fn begin(runs: &RunsHandle<SweepLine>, sweep: Runs) {
    let sweep = Rc::new(sweep);
    let of = sweep.runs() as usize;
    runs.start_each(Some(of), move |number, _| {
        if number >= of {
            return Next::Nothing;
        }
        let sweep = sweep.clone();
        Next::Run(asked(
            &sweep.clone(),
            number,
            number as u64,
            Keep::Values,
            move |kept, scenario| {
                let Kept::Values { values, stopped } = kept else { return None };
                Some(sweep.line_of(number as u64, scenario, values, stopped))
            },
        ))
    });
}

/// A run of a sweep: the `number`th on the page.
fn asked<T>(
    sweep: &Runs,
    number: usize,
    run: u64,
    keep: Keep,
    read: impl FnOnce(Kept, &Scenario) -> Option<T> + 'static,
) -> Asked<T> {
    let scenario = sweep.scenario(run);
    let of = scenario.as_ref().ok().cloned();
    Asked {
        name: format!("Run {}", number + 1),
        job: scenario.map(|scenario| Job::new(&scenario, keep)),
        bytes: None,
        read: Box::new(move |text| {
            let scenario = of?;
            read(Kept::read(text, &Candidate::of(&scenario))?, &scenario)
        }),
        early: None,
    }
}

/// One run of a bisection, and its result.
struct Tried {
    sweep: Rc<Runs>,
    claim: Rc<Claim>,
    /// The position of the axis's value.
    at: usize,
    holds: bool,
    found: Option<f64>,
}

/// Continues until the runs show where a claim begins or ceases to hold. The seeds of a value run
/// at the same time; the next value depends on all of them.
fn bisect(search: &RunsHandle<Tried>, sweep: Runs, claim: Claim) {
    let (sweep, claim) = (Rc::new(sweep), Rc::new(claim));
    let seeds = sweep.seeds() as usize;
    search.start_each(None, move |number, tried| {
        let Some(tried) = tried.get(..number - number % seeds) else { return Next::Wait };
        let Some(at) = bisected(&sweep, tried).next() else { return Next::Nothing };
        let run = (at * seeds + number % seeds) as u64;
        let (of, claim) = (sweep.clone(), claim.clone());
        let keep = Keep::Claim(claim.to_string());
        Next::Run(asked(&sweep, number, run, keep, move |kept, _| {
            let Kept::Claim { holds, found } = kept else { return None };
            Some(Tried { sweep: of, claim, at, holds, found })
        }))
    });
}

/// What is known of values that were tried with all seeds.
fn bisected(sweep: &Runs, tried: &[Rc<Tried>]) -> Bisection {
    let mut bisection = Bisection::new(sweep.axes().first().map_or(0, |axis| axis.values.len()));
    for all in tried.chunks_exact(sweep.seeds() as usize) {
        bisection.tell(all.iter().all(|each| each.holds));
    }
    bisection
}

fn answered(tried: &[Rc<Tried>]) -> Html {
    let Some(Tried { sweep, claim, .. }) = tried.first().map(|first| &**first) else {
        return Html::default();
    };
    let Some(axis) = sweep.axes().first() else { return Html::default() };
    let lines = tried.chunk_by(|one, other| one.at == other.at).map(|all| {
        let sign = if all.iter().all(|each| each.holds) { "✓" } else { "✗" };
        let found = spread(all.iter().filter_map(|each| each.found));
        html! { <li>{ format!("{sign} {}={}: {found}", axis.name, axis.values[all[0].at].plain()) }</li> }
    });
    html! {
        <>
            <ul class="tried">{ for lines }</ul>
            if let Some(answer) = bisected(sweep, tried).answer() {
                <p><b>{ answer.words(axis) }</b>{ format!(": {claim}") }</p>
            }
        </>
    }
}

/// The range of what was found with all seeds.
fn spread(found: impl Iterator<Item = f64> + Clone) -> String {
    let (low, high) = (found.clone().reduce(f64::min), found.reduce(f64::max));
    match (low, high) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        _ => "nothing".to_owned(),
    }
}

/// The runs so far: as a curve or a heat map, as a table, and as files.
fn drawn(lines: &[Rc<SweepLine>], measure: usize, is_over: bool) -> Html {
    if lines.is_empty() {
        return Html::default();
    }
    let lines: Vec<SweepLine> = lines.iter().map(|line| (**line).clone()).collect();
    let points = Points::of(&lines);
    let picture = match points.axes.len() {
        2 => heat_map(&points, measure),
        _ => single(&points, measure),
    };
    let file = |name: &'static str, media_type: &'static str, text: String| {
        let onclick = Callback::from(move |_: MouseEvent| {
            // A browser that refuses says so itself.
            let _ = download::save(name, media_type, &text);
        });
        html! { <button type="button" class="button small" {onclick}>{ format!("Save {name}") }</button> }
    };
    let csv = std::iter::once(lines[0].csv_head()).chain(lines.iter().map(SweepLine::to_csv));
    let json = lines.iter().map(SweepLine::to_json);
    html! {
        <>
            { picture }
            if is_over {
                <p class="buttons">
                    { file("sweep.csv", "text/csv", csv.collect::<Vec<_>>().join("\n") + "\n") }
                    { file("sweep.jsonl", "application/jsonl", json.collect::<Vec<_>>().join("\n") + "\n") }
                </p>
            }
        </>
    }
}

fn words(mean: Option<Mean>, unit: Unit) -> String {
    mean.map_or("–".to_owned(), |mean| mean.words(unit))
}

/// A curve with its confidence intervals, the knee marked, and the numbers.
fn single(points: &Points, measure: usize) -> Html {
    let Measure { heading, unit, .. } = MEASURES[measure];
    let knee = points.knee(measure);
    let names: Vec<String> = points.points.iter().map(|point| set(&point.set)).collect();
    let means: Vec<_> = points
        .points
        .iter()
        .map(|point| point.means[measure].map(|mean| (mean.mean, mean.half_width.unwrap_or(0.0))))
        .collect();
    let Curve { width, height, left, right, bottom, path, band, at, across, up } =
        curve(&means, &names, &|value| unit.words(value));
    let text = |x: f64, y: f64, anchor: &'static str, text: &str| {
        html! { <text x={format!("{x:.1}")} y={format!("{y:.1}")} text-anchor={anchor}>{ text }</text> }
    };
    let level = up.iter().map(|tick| format!("M{left:.1} {:.1}H{right:.1}", tick.at));
    let knee_at = knee.and_then(|knee| at[knee]);
    html! {
        <>
            <svg class="plot curve" viewBox={format!("0 0 {width} {height}")} role="img" aria-label={format!("{heading} over {}", points.axes.join(", "))}>
                <path class="grid" d={level.collect::<String>()} />
                <path class="band" d={band} />
                <path class="series series-0" d={path} />
                { for across.iter().map(|tick| text(tick.at, bottom + 16.0, "middle", &tick.text)) }
                { for up.iter().map(|tick| text(left - 4.0, tick.at + 4.0, "end", &tick.text)) }
                if let Some((x, y)) = knee_at { <path class="knee" d={format!("M{x:.1} {:.1}l6 6l-6 6l-6 -6z", y - 6.0)} /> }
            </svg>
            <div class="numbers" tabindex="0" role="region" aria-label="The sweep in numbers">
                <table>
                    <thead><tr><th scope="col">{ points.axes.join(", ") }</th><th scope="col">{ heading }</th></tr></thead>
                    <tbody>
                        for (at, point) in points.points.iter().enumerate() {
                            <tr key={at}>
                                <th scope="row">{ &names[at] }</th>
                                <td>{ words(point.means[measure], unit) }{ if knee == Some(at) { " ◆" } else { "" } }</td>
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            <p class="quiet">{ "± 95 % confidence over the seeds, by Student's t." }{ if knee.is_some() { " ◆ the knee: farthest from the line between the first and the last." } else { "" } }</p>
        </>
    }
}

fn set(values: &[Literal]) -> String {
    values.iter().map(Literal::plain).collect::<Vec<_>>().join(", ")
}

/// A heat map of two axes, one down, one across: the darker, the higher.
fn heat_map(points: &Points, measure: usize) -> Html {
    let Measure { heading, unit, .. } = MEASURES[measure];
    let rows: Vec<&[Point]> =
        points.points.chunk_by(|one, other| one.set[0] == other.set[0]).collect();
    let most = points.points.iter().filter_map(|point| point.means[measure]).map(|mean| mean.mean);
    let most = most.fold(0.0, f64::max);
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let widest = rows.iter().find(|row| row.len() == columns);
    let heads: Vec<String> =
        widest.into_iter().flat_map(|row| row.iter()).map(|point| point.set[1].plain()).collect();
    let cell = |point: &Point| {
        let mean = point.means[measure];
        let share = mean.filter(|_| most > 0.0).map_or(0.0, |mean| mean.mean / most);
        html! { <td class={format!("heat heat-{}", (share * 8.0).round() as u32)}>{ words(mean, unit) }</td> }
    };
    html! {
        <>
            <div class="numbers" tabindex="0" role="region" aria-label={format!("{heading}: a heat map")}>
                <table class="heat-map">
                    <caption>{ format!("{heading}; {} down, {} across", points.axes[0], points.axes[1]) }</caption>
                    <thead><tr><td></td>for head in heads { <th scope="col">{ head }</th> }</tr></thead>
                    <tbody>
                        for (at, row) in rows.into_iter().enumerate() {
                            <tr key={at}><th scope="row">{ row[0].set[0].plain() }</th>{ for row.iter().map(cell) }</tr>
                        }
                    </tbody>
                </table>
            </div>
            <p class="quiet">{ "The darker, the higher. ± 95 % confidence over the seeds, by Student's t." }</p>
        </>
    }
}
