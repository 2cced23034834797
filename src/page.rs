//! The panels of the page: one table that lessons, embeds, the page, its styles
//! and its tests follow.
//!
//! A panel's id is its file below `src/ui/panels/`, the class and the
//! `data-panel` by which styles and tests find it, and its word in `hide=`. To
//! add a panel, add a row and the file.

/// The place of a panel on a wide page. Panels of one region keep the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Above everything else.
    Head,
    /// Below the toolbar, across the page.
    Top,
    Left,
    Middle,
    Right,
    /// Below the three columns, across the page.
    Across,
    /// Side by side at the foot of the page.
    Foot,
}

/// Passes the table to another macro.
macro_rules! each_panel {
    ($use:ident) => {
        $use! {
            // panel, file and id, heading, region; how a lesson's `watch` names it: as its id,
            // by another word, or (skip) not at all
            Header header "Header" Head (skip);
            Lesson lesson "Lesson" Top (skip);
            Counters counters "Counters" Top (skip);
            Notes notes "Notes" Top (skip);
            Compared compared "Side by side" Top ();
            Clients clients "Clients" Left ();
            Workloads workloads "Workload" Left (skip);
            Faults faults "Network faults" Left (skip);
            Code code "App code" Middle ();
            Stores stores "Cache and database" Right ();
            Queues queues "Queues" Right ();
            Flights flights "In flight" Right (skip);
            Log log "Log" Right ();
            Ribbons ribbons "Cache against database" Across ();
            Diagram diagram "Messages over time" Across (rename = "messages");
            Problems problems "What went wrong" Foot ();
            Charts charts "Over time" Foot ();
            Setup setup "Setup" Foot ();
        }
    };
}
#[cfg(target_arch = "wasm32")]
pub(crate) use each_panel;

macro_rules! panels {
    ($($panel:ident $id:ident $heading:literal $region:ident $watch:tt;)*) => {
        /// A panel of the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum Panel {
            $(#[serde $watch] $panel,)*
        }

        impl Panel {
            /// Every panel, from top to bottom.
            pub const ALL: &[Panel] = &[$(Panel::$panel),*];

            /// The panel's word in `hide=`, its class and its `data-panel`.
            pub const fn id(self) -> &'static str {
                match self { $(Panel::$panel => stringify!($id),)* }
            }

            /// The heading above the panel.
            pub const fn heading(self) -> &'static str {
                match self { $(Panel::$panel => $heading,)* }
            }

            /// The panel's place on the page.
            pub const fn region(self) -> Region {
                match self { $(Panel::$panel => Region::$region,)* }
            }
        }
    };
}
each_panel!(panels);

impl Panel {
    /// The panel with this id.
    pub fn with_id(id: &str) -> Option<Panel> {
        Panel::ALL.iter().copied().find(|panel| panel.id() == id)
    }

    /// The panels of one region, in the table's order.
    pub fn at(region: Region) -> impl Iterator<Item = Panel> {
        Panel::ALL.iter().copied().filter(move |panel| panel.region() == region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_is_found_by_its_id_and_stands_in_one_region() {
        for panel in Panel::ALL {
            assert_eq!(Panel::with_id(panel.id()), Some(*panel));
            assert!(Panel::at(panel.region()).any(|each| each == *panel));
        }
        assert_eq!(Panel::with_id("log-panel"), None);
    }

    #[test]
    fn a_lesson_names_the_panels_that_it_can_watch_and_no_others() {
        let read = |word: &str| serde_json::from_value::<Panel>(word.into());
        assert_eq!(read("messages").unwrap(), Panel::Diagram);
        assert_eq!(read("ribbons").unwrap(), Panel::Ribbons);
        assert!(read("diagram").is_err() && read("header").is_err());
    }
}
