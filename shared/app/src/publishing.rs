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
    /// Makes a household's page what the household is now. One that was never completed has none;
    /// pages of withdrawn tokens are taken away.
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
            let view = match household.surveys {
                0 => view,
                _ => view.with_surveys(&self.registry.surveys_of(id).await?),
            };
            let rendered =
                Page { revision: household.page_order(), html: page(&view)?, cache_control: CACHE_CONTROL };
            match self.pages.put(token, rendered).await {
                Err(StoreError::Conflict) => Jitter.after(attempt).await,
                published => {
                    published?;
                    return self.take_away_withdrawn(id).await;
                }
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Reads the household again: its token may have been withdrawn since the page was rendered, and
    /// whoever took the page away may have done so before it was written.
    async fn take_away_withdrawn(&self, id: &HouseholdId) -> Result<(), PublishError> {
        let household = self.registry.household(id).await?;
        for token in household.iter().flat_map(|household| &household.withdrawn) {
            self.pages.delete(token).await?;
        }
        Ok(())
    }
}
