//! The mark on photos, as a stack is configured.

use anju_domain::region::VillageCode;
use anju_photo::{MarkStyle, SecondLine};
use anju_store::{Registry, StoreError};

use crate::{StartError, optional, required};

/// What the mark says on every photo, and what is to be looked up for one.
#[derive(Debug, Clone)]
pub struct MarkPlan {
    style: MarkStyle,
    names_village: bool,
}

impl MarkPlan {
    /// From `MARK_CORNER`, `MARK_TAKEN_LABEL`, `MARK_UPLOAD_LABEL` and `MARK_SECOND_LINE`.
    pub(crate) fn from_environment() -> Result<Self, StartError> {
        const CORNER: &str = "MARK_CORNER";
        const SECOND_LINE: &str = "MARK_SECOND_LINE";
        const SECOND_LINES: &str = "none, village, coordinates or village-and-coordinates";
        let corner = required(CORNER)?.parse();
        let corner = corner.map_err(|_| StartError::Invalid(CORNER, "a corner such as bottom-left"))?;
        let (names_village, coordinates) = match required(SECOND_LINE)?.as_str() {
            "none" => (false, false),
            "village" => (true, false),
            "coordinates" => (false, true),
            "village-and-coordinates" => (true, true),
            _ => return Err(StartError::Invalid(SECOND_LINE, SECOND_LINES)),
        };
        let style = MarkStyle {
            corner,
            taken_label: optional("MARK_TAKEN_LABEL")?,
            upload_label: required("MARK_UPLOAD_LABEL")?,
            second_line: SecondLine { text: String::new(), coordinates },
        };
        Ok(Self { style, names_village })
    }

    /// The style for photos of a village, whose name is read where the mark says it.
    ///
    /// # Errors
    /// When the registry doesn't answer.
    pub async fn style_in(
        &self,
        village: &VillageCode,
        registry: &Registry,
    ) -> Result<MarkStyle, StoreError> {
        let mut style = self.style.clone();
        if self.names_village {
            // With its township: many villages share a name.
            let path = registry.path(village.region()).await?;
            let names = path.iter().skip(path.len().saturating_sub(2)).map(|region| region.name.as_str());
            style.second_line.text = names.collect();
        }
        Ok(style)
    }
}
