//! Opens runs: presets, links, scenarios from elsewhere, and runs with another strategy.

use super::camera::Camera;
use super::error::list;
use super::{Command, CommandError, Library, Origin, Player, Reaction, Remarks};
use crate::embed::{MOST_VIOLATIONS, Outbound};
use crate::scenario::{FIRST, Literal, LocalSettings, Problem, Scenario, StrategyUse, first};
use crate::simulate::Simulation;
use crate::simulate::timeline::{BUDGET, Timeline};
use crate::strategy::calls;
use crate::ui::drive::catalog;
use crate::ui::drive::documents::{self, Documents, Linked};
use crate::ui::drive::pace::{Transport, nearest_speed};
use crate::ui::drive::scale::Scale;
use crate::ui::wording;

/// The remark for those who change a strategy: the lesson has its own.
pub(super) const LEFT: &str =
    " This run is no longer part of the lesson. To continue the lesson, choose it again.";

impl Player {
    /// A player for a preset, at its start. The clock gives real milliseconds.
    ///
    /// # Errors
    /// If there is no such preset, or it is not loaded.
    pub fn new(preset: &str, clock: fn() -> f64) -> Result<Player, CommandError> {
        Player::of(preset, scenario_of(preset)?, clock)
    }

    /// A player for a link, at the instant at which the link opens.
    ///
    /// # Errors
    /// Why it does not open. A preset that has changed since is opened in its present form, and the
    /// player says so.
    pub fn linked(link: &str, clock: fn() -> f64) -> Result<Player, CommandError> {
        let linked = documents()?.linked;
        let Linked { scenario, preset, promise, remark } =
            linked(link).map_err(CommandError::Link)?;
        let at_us = scenario.view.at_us;
        let mut player = Player::of(&preset, scenario, clock)?;
        player.origin.promise = promise;
        if let Some(remark) = remark {
            player.remarks.complain(remark);
        }
        // A lesson begins at its beginning.
        if let Some(at_us) = at_us.filter(|_| player.learning.is_none()) {
            player.seek(at_us);
        }
        Ok(player)
    }

    /// A player for a scenario, at its start.
    pub(super) fn of(
        preset: &str,
        scenario: Scenario,
        clock: fn() -> f64,
    ) -> Result<Player, CommandError> {
        let mut remarks = Remarks::default();
        // Who has a lesson has what reads one; without it the scenario is a run.
        let lead = documents::get().filter(|_| scenario.lesson.is_some());
        let (line, learning) = match lead.map(|it| it.lead.begin(&scenario, clock())) {
            Some(Ok((learning, line))) => (line, Some(learning)),
            Some(Err(problems)) => {
                let why = list(&problems, " · ");
                remarks.complain(format!("The lesson cannot be played. {why}"));
                (timeline(&scenario)?, None)
            }
            None => (timeline(&scenario)?, None),
        };
        let mut player = Player {
            line,
            transport: Transport::new(scenario.view.speed_us_per_ms),
            going: None,
            camera: Camera::new(Scale::of(&scenario)),
            remarks,
            learning,
            lessons_hidden: false,
            far_us: None,
            own: None,
            budget: BUDGET,
            origin: Origin { preset: preset.to_owned(), scenario, promise: None },
            clock,
        };
        player.pass_by();
        Ok(player)
    }

    /// The scenario being played, with all actions; `at_moment`: it opens at the present instant.
    pub fn shared(&self, at_moment: bool) -> Scenario {
        let at_us = at_moment.then(|| self.line.now().now_us());
        let mut scenario = match (&self.learning, at_us) {
            // From its start a lesson is a lesson; from there on, a run.
            (Some(_), None) => self.origin.scenario.clone(),
            _ => self.line.session(at_us),
        };
        if nearest_speed(scenario.view.speed_us_per_ms) != self.transport.speed {
            scenario.view.speed_us_per_ms = self.transport.us_per_ms();
        }
        scenario
    }

    /// The same, for the page around this one, with what went wrong so far.
    pub fn told(&self) -> Outbound {
        let mut violations = self.line.now().history().violations();
        violations.truncate(MOST_VIOLATIONS);
        // Who asks for it was understood, which takes the documents' code.
        let json = documents::get().map(|documents| (documents.json)(&self.shared(false)));
        Outbound::Scenario { json: json.unwrap_or_default(), violations }
    }

    /// The run with all actions, at the present instant; `None` in a lesson, whose progress is
    /// stored separately.
    pub fn work(&self) -> Option<Scenario> {
        self.learning.is_none().then(|| self.shared(true))
    }

    /// Says that the run was restored.
    pub fn welcome_back(&mut self) {
        self.remarks.remark("Your run is back as you left it. Choose a scenario to start over.");
    }

    /// From now on, runs keep within this many bytes.
    pub fn keep_within(&mut self, budget: u64) {
        self.budget = budget;
        self.line.set_budget(budget);
    }

    /// From now on, scenarios with a lesson are played without it.
    pub fn hide_lessons(&mut self) {
        self.lessons_hidden = true;
        self.learning = None;
    }

    pub(super) fn reset(&mut self) -> Result<Reaction, CommandError> {
        let Origin { preset, scenario, .. } = &self.origin;
        self.open(preset.clone(), scenario.clone(), None)
    }

    pub(super) fn open_preset(&mut self, id: String) -> Result<Reaction, CommandError> {
        let scenario = scenario_of(&id)?;
        self.open(id, scenario, None)
    }

    pub(super) fn open_scenario(&mut self, scenario: Scenario) -> Result<Reaction, CommandError> {
        let at_us = scenario.view.at_us;
        let opened = self.open(String::new(), scenario, None)?;
        match (opened, at_us) {
            (Reaction::Opened(opened, _, remark), Some(at_us)) if self.learning.is_none() => {
                self.command(Command::SeekTo(at_us))?;
                Ok(Reaction::Opened(opened, self.frame(), remark))
            }
            (opened, _) => Ok(opened),
        }
    }

    pub(super) fn open_link(&mut self, link: &str) -> Result<Reaction, CommandError> {
        let new = Player::linked(link, self.clock)?;
        self.begin(new);
        Ok(Reaction::Opened(self.opened(), self.frame(), None))
    }

    /// Starts another run. If the scenario is bad, the present run stays.
    fn open(
        &mut self,
        preset: String,
        scenario: Scenario,
        remark: Option<String>,
    ) -> Result<Reaction, CommandError> {
        let mut new = Player::of(&preset, scenario, self.clock)?;
        if preset == self.origin.preset {
            new.transport.speed = self.transport.speed;
        }
        new.transport.skip_idle = self.transport.skip_idle;
        new.camera.zoom = self.camera.zoom.restarted();
        self.begin(new);
        Ok(Reaction::Opened(self.opened(), self.frame(), remark))
    }

    fn begin(&mut self, new: Player) {
        let (hidden, budget) = (self.lessons_hidden, self.budget);
        let own = self.own_strategy().cloned();
        *self = new;
        self.own = own;
        self.keep_within(budget);
        if hidden {
            self.hide_lessons();
        }
    }

    /// Serves keys by a built-in strategy, in a run from its start.
    pub(super) fn serve_built_in(
        &mut self,
        at: usize,
        id: String,
    ) -> Result<Reaction, CommandError> {
        self.serve(at, StrategyUse { strategy: id, ..StrategyUse::default() }, None, "")
    }

    /// Serves keys by a library's strategy, in a run from its start.
    pub(super) fn serve_library(
        &mut self,
        at: usize,
        library: Library,
    ) -> Result<Reaction, CommandError> {
        let used = StrategyUse { source: Some(library.source), ..StrategyUse::default() };
        self.serve(at, used, Some(&library.title), "")
    }

    /// The person's own strategy that serves, or that served last.
    pub(super) fn own_strategy(&self) -> Option<&StrategyUse> {
        let serves = self.origin.scenario.strategies.iter().find(|used| used.source.is_some());
        serves.or(self.own.as_ref())
    }

    /// Serves keys by the person's own strategy again, in a run from its start.
    pub(super) fn serve_own(&mut self, at: usize) -> Result<Reaction, CommandError> {
        let own = self.own_strategy().cloned().ok_or(CommandError::NoStrategy)?;
        self.serve(at, own, None, "")
    }

    /// Serves keys by another strategy, in a run from its start. The title is that of a source that
    /// the person did not write.
    pub(super) fn serve(
        &mut self,
        at: usize,
        used: StrategyUse,
        title: Option<&str>,
        besides: &str,
    ) -> Result<Reaction, CommandError> {
        let (preset, mut scenario, why) = self.own_run();
        let place = scenario.strategies.get_mut(at).ok_or(CommandError::NoStrategy)?;
        let title = title.unwrap_or_else(|| match used.source {
            Some(_) => "your own text",
            None => catalog::title(&used.strategy),
        });
        let remark = format!("Restarted with {title}.{besides}{why}");
        let has_local = used.source.as_deref().is_some_and(|it| calls(it, "local."));
        let prefix = std::mem::take(&mut place.prefix);
        let (derived, truth) = (place.derived, place.truth);
        *place = StrategyUse { prefix, derived, truth, ..used };
        // a strategy with a cache in each app server gets one
        if has_local && scenario.topology.local.is_none() {
            scenario.topology.local = Some(LocalSettings::default());
        }
        self.open(preset, scenario, Some(remark))
    }

    /// Sets a parameter of a strategy, in a run from its start.
    pub(super) fn set_parameter(
        &mut self,
        at: usize,
        name: &str,
        value: Literal,
    ) -> Result<Reaction, CommandError> {
        let (preset, mut scenario, why) = self.own_run();
        let place = scenario.strategies.get_mut(at).ok_or(CommandError::NoStrategy)?;
        let remark = format!("Restarted with {name} = {}.{why}", wording::literal(&value));
        place.parameters.insert(name.to_owned(), value);
        if let Err(problems) = Simulation::new(&scenario) {
            return Err(CommandError::Parameter { name: name.to_owned(), problems });
        }
        self.open(preset, scenario, Some(remark))
    }

    /// Changes a setting, in a run from its start.
    pub(super) fn set(&mut self, path: &str, value: Option<f64>) -> Result<Reaction, CommandError> {
        let (preset, mut scenario, why) = self.own_run();
        let settings = scenario.settings();
        let setting = settings.iter().find(|setting| setting.path == path);
        let name = setting.map_or(path, |setting| &setting.label).to_owned();
        let words = setting.map_or(String::new(), |setting| setting.words(value));
        let refuse = |name: String, problems| Err(CommandError::Parameter { name, problems });
        if !scenario.set(path, value) {
            let (path, message) = (path.to_owned(), "has to be a number of at least 0".to_owned());
            return refuse(name, vec![Problem { path, message }]);
        }
        let remark = format!("Restarted with {name}: {words}.{why}");
        match Simulation::new(&scenario) {
            Err(problems) => refuse(name, problems),
            Ok(_) => self.open(preset, scenario, Some(remark)),
        }
    }

    /// The base of a change of strategy: the preset, the scenario, and a remark. The run leaves its
    /// lesson, and keeps all actions.
    fn own_run(&self) -> (String, Scenario, &'static str) {
        match self.learning {
            None => (self.origin.preset.clone(), self.origin.scenario.clone(), ""),
            Some(_) => (String::new(), self.line.session(None), LEFT),
        }
    }
}

/// What reads and writes documents.
pub(super) fn documents() -> Result<&'static Documents, CommandError> {
    documents::get().ok_or(CommandError::NotLoaded)
}

/// The scenario of a preset.
fn scenario_of(preset: &str) -> Result<Scenario, CommandError> {
    if preset == FIRST {
        return Ok(first());
    }
    let found = (documents()?.preset)(preset);
    found.ok_or_else(|| CommandError::NoPreset(preset.to_owned()))
}

fn timeline(scenario: &Scenario) -> Result<Timeline, CommandError> {
    Timeline::new(scenario).map_err(CommandError::DoesNotRun)
}
