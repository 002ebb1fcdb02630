//! Publishing a household's page: from the household as it is, never from a stream's image.

use anju_counters::ports::Pause;
use anju_domain::household::FeedbackCounts;
use anju_domain::ids::HouseholdId;
use anju_lookup_page::{CACHE_CONTROL, NameMask, PageView, page};
use anju_store::counters::Jitter;
use anju_store::pages::{Page, Pages};
use anju_store::{Registry, StoreError};

/// Attempts while others publish the same page.
const ATTEMPTS: u32 = 8;

/// Why a page isn't as it should be.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A store failed, or others published the page at each attempt.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The page can't be rendered.
    #[error("the page can't be rendered: {0}")]
    Render(#[from] anju_lookup_page::RenderError),
}

/// What is needed to publish.
#[derive(Debug, Clone)]
pub struct Publisher {
    /// The households.
    pub registry: Registry,
    /// The pages.
    pub pages: Pages,
}

impl Publisher {
    /// Makes a household's page what the household is now. One that was never completed has none.
    pub async fn publish(&self, id: &HouseholdId) -> Result<(), PublishError> {
        for attempt in 1..=ATTEMPTS {
            let Some(household) = self.registry.household(id).await? else { return Ok(()) };
            let Some(token) = &household.lookup else { return Ok(()) };
            let path = self.registry.path(id.village().region()).await?;
            let Some(view) = PageView::of(&household, &path, NameMask::FirstCharacter) else { return Ok(()) };
            let view = match household.feedback {
                FeedbackCounts { open: 0, handled: 0, .. } => view,
                // Read after the household: what changes in between moves its revision and comes again.
                _ => view.with_reports(&self.registry.feedback_of(id).await?),
            };
            let rendered =
                Page { revision: household.revision, html: page(&view)?, cache_control: CACHE_CONTROL };
            match self.pages.put(token, rendered).await {
                Err(StoreError::Conflict) => Jitter.after(attempt).await,
                published => return Ok(published?),
            }
        }
        Err(StoreError::Conflict.into())
    }
}
