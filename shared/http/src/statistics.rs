//! A region's statistics: the same for the screen, the workbook and the export.

use anju_domain::count::Counts;
use anju_domain::region::{Level, Region, RegionCode};
use anju_domain::region_alert::RegionAlertKind;
use anju_store::{CounterTable, Registry, StoreError};
use jiff::Timestamp;

use crate::view::statistics::{Row, StatisticsView};

/// What statistics are made of.
#[derive(Debug, Clone)]
pub struct Statistics {
    /// The regions.
    pub registry: Registry,
    /// Their counts.
    pub counters: CounterTable,
}

impl Statistics {
    /// The counts of a region and of each child, as they are now.
    pub async fn of(&self, region: Region, now: Timestamp) -> Result<StatisticsView, StoreError> {
        let code = region.code;
        let below = async {
            match code.level() {
                Level::Village => Ok(Vec::new()),
                _ => self.registry.regions_below(&code).await,
            }
        };
        let above = code.parent().unwrap_or_else(RegionCode::nation);
        let delays = self.registry.delays_below([above, code.clone()]);
        let (children, counts, delays) = tokio::try_join!(below, self.counters.counts_of(&code), delays)?;
        let raised = |region: &RegionCode| {
            let behind = delays.values().any(|delays| delays.is_raised(region));
            if behind { RegionAlertKind::ALL.as_slice() } else { &[] }
        };
        let counted = counts.as_ref();
        let nothing = Counts::default();
        let rows = children.into_iter().map(|child| {
            let counts = counted.and_then(|counted| counted.below(&child.code)).unwrap_or(&nothing);
            let raised = raised(&child.code);
            Row::new(child.code, child.name, counts, raised)
        });
        let rows = rows.collect();
        let total = counted.map(|counted| counted.total()).unwrap_or_default();
        let total = Row::new(code.clone(), region.name, &total, raised(&code));
        Ok(StatisticsView::new(total, rows, now))
    }
}
