//! Saves a run as a file.

use super::{CommandError, Export, File, Player};

/// The most arrows of a saved sequence diagram.
const ARROWS: usize = 2_000;

impl Player {
    /// The run as a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn export(&self, export: Export) -> Result<File, CommandError> {
        let now = self.line.now();
        let view = now.view();
        let (ending, media_type) = match export {
            Export::Mermaid => ("mmd", "text/vnd.mermaid"),
            Export::Csv => ("csv", "text/csv"),
            Export::Json => ("json", "application/json"),
        };
        let name = match self.origin.preset.as_str() {
            "" => format!("stalemate.{ending}"),
            preset => format!("stalemate-{preset}.{ending}"),
        };
        let text = match export {
            Export::Mermaid => view.diagram(0, now.now_us(), ARROWS).mermaid(),
            Export::Csv => view.csv(),
            Export::Json => {
                let rows: Vec<_> = view.rows().collect();
                let written = serde_json::to_string(&rows);
                written.map_err(|why| CommandError::File {
                    name: name.clone(),
                    why: why.to_string(),
                })?
            }
        };
        Ok(File { name, media_type, text })
    }
}
