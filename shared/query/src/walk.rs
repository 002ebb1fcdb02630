//! The way from a region down to the households of a slice, a level at a time, with the counts as
//! prefix sums: one request for each level, whatever lies beside the way.

use anju_counters::bucket::BucketId;
use anju_counters::region::{ChildKey, RegionCounts};
use anju_domain::ids::HouseholdId;
use anju_domain::region::{RegionCode, VillageCode};

use crate::filter::Filter;
use crate::narrow::{Enough, Frontier, Node};
use crate::ports::{Index, Unavailable};
use crate::slice::{Slice, Start, cut};

/// What a way led to.
#[derive(Debug)]
pub(crate) struct Walked {
    pub(crate) slice: Slice,
    /// Matches in the whole region: all of them, or at most so many.
    pub(crate) at_most: u64,
}

/// Up to `limit` of the region's matches.
pub(crate) async fn walk(
    index: &impl Index,
    region: &RegionCode,
    filter: &Filter,
    start: Start,
    limit: usize,
    enough: Enough,
) -> Result<Walked, Unavailable> {
    let mut at_most = None;
    let mut frontier = Frontier::at(region.clone(), start);
    loop {
        let codes = regions(&frontier.nodes);
        if codes.is_empty() {
            break;
        }
        let held = index.regions(&codes).await?;
        at_most.get_or_insert_with(|| held.get(region).map_or(0, |counts| filter.at_most(&counts.total())));
        let in_order = codes.iter().filter_map(|code| held.get(code));
        frontier = frontier.narrow(in_order.flat_map(|counts| children(counts, filter)), enough);
    }
    let Frontier { nodes, start, beyond } = frontier;
    let matches = matches(index, &buckets(&nodes), filter).await?;
    Ok(Walked { slice: cut(matches, start, limit, beyond), at_most: at_most.unwrap_or(0) })
}

fn regions(nodes: &[Node]) -> Vec<RegionCode> {
    let region = |node: &Node| match node {
        Node::Region(code) => Some(code.clone()),
        Node::Bucket(_) => None,
    };
    nodes.iter().filter_map(region).collect()
}

fn buckets(nodes: &[Node]) -> Vec<BucketId> {
    let bucket = |node: &Node| match node {
        Node::Bucket(id) => Some(id.clone()),
        Node::Region(_) => None,
    };
    nodes.iter().filter_map(bucket).collect()
}

/// A region's children, each with the number of its matches.
fn children(counts: &RegionCounts, filter: &Filter) -> Vec<(Node, u64)> {
    let village = VillageCode::try_from(counts.region().clone()).ok();
    let node = |child: &ChildKey| match child {
        ChildKey::Region(code) => Some(Node::Region(code.clone())),
        ChildKey::Bucket(number) => Some(Node::Bucket(BucketId::new(village.clone()?, *number))),
    };
    let rows = counts.rows().iter();
    rows.filter_map(|(child, row)| Some((node(child)?, filter.at_most(&row.value)))).collect()
}

/// The matches in these buckets, in order.
async fn matches(
    index: &impl Index,
    ids: &[BucketId],
    filter: &Filter,
) -> Result<Vec<HouseholdId>, Unavailable> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (id, bucket) in index.buckets(ids).await? {
        for (number, row) in bucket.rows {
            let summary = row.value.unpack().map_err(|error| Unavailable(Box::new(error)))?;
            if filter.accepts(&summary) {
                found.push(HouseholdId::new(id.village().clone(), number));
            }
        }
    }
    Ok(found)
}
