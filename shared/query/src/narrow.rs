//! One level of the way from a region down to its buckets: which children a slice lies in.

use std::cmp::Ordering;

use anju_counters::bucket::{BucketId, BucketNumber};
use anju_domain::ids::HouseholdId;
use anju_domain::region::{Level, RegionCode, VillageCode};

use crate::slice::Start;

/// A number behind all that households have.
const BEHIND_ALL: u32 = 999_999;

/// A child of the counts: one on the way, or where the way ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Region(RegionCode),
    Bucket(BucketId),
}

impl Node {
    /// Whether the whole of it lies before the household, around it, or behind it.
    fn against(&self, key: &HouseholdId) -> Ordering {
        match self {
            Node::Region(code) if code.contains(key.village().region()) => Ordering::Equal,
            Node::Region(code) => code.as_str().cmp(key.village().as_str()),
            Node::Bucket(id) => {
                (id.village(), id.number()).cmp(&(key.village(), BucketNumber::of_household(key.number())))
            }
        }
    }

    /// A household id that none in it lies behind.
    fn end(&self) -> Option<HouseholdId> {
        match self {
            Node::Region(code) => {
                let prefix = if code.level() == Level::Nation { "" } else { code.as_str() };
                let village: VillageCode = format!("{prefix:9<12}").parse().ok()?;
                Some(HouseholdId::new(village, BEHIND_ALL))
            }
            Node::Bucket(id) => Some(HouseholdId::new(id.village().clone(), id.number().last_household())),
        }
    }
}

/// When a slice has enough to look at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Enough {
    /// So many matches: where the counts are exact.
    Matches(u64),
    /// So many nodes: where the counts only say how many there are at most.
    Nodes(usize),
}

/// The nodes of one level that a slice lies in.
#[derive(Debug)]
pub(crate) struct Frontier {
    pub(crate) nodes: Vec<Node>,
    /// Where the slice starts, counted from the first node on.
    pub(crate) start: Start,
    /// The last household id before matches behind the nodes, if there are any.
    pub(crate) beyond: Option<HouseholdId>,
}

impl Frontier {
    /// The region that a way starts at.
    pub(crate) fn at(region: RegionCode, start: Start) -> Self {
        Frontier { nodes: vec![Node::Region(region)], start, beyond: None }
    }

    /// The nodes of the next level among `children`, which are in order, each with the number of its
    /// matches.
    pub(crate) fn narrow(self, children: impl IntoIterator<Item = (Node, u64)>, enough: Enough) -> Frontier {
        let mut start = self.start;
        let mut nodes: Vec<Node> = Vec::new();
        let mut within = 0;
        for (child, matches) in children.into_iter().filter(|(_, matches)| *matches > 0) {
            let is_enough = match enough {
                Enough::Matches(wanted) => within >= wanted,
                Enough::Nodes(wanted) => nodes.len() >= wanted,
            };
            if is_enough {
                let beyond = nodes.last().and_then(Node::end);
                return Frontier { nodes, start, beyond };
            }
            match &mut start {
                Start::Skip(skip) if nodes.is_empty() && matches <= *skip => *skip -= matches,
                Start::Skip(skip) => {
                    within += if nodes.is_empty() { matches - *skip } else { matches };
                    nodes.push(child);
                }
                Start::After(key) => match child.against(key) {
                    Ordering::Less => {}
                    // How many of them lie behind the key shows one level below.
                    Ordering::Equal => nodes.push(child),
                    Ordering::Greater => {
                        within += matches;
                        nodes.push(child);
                    }
                },
            }
        }
        Frontier { nodes, start, beyond: self.beyond }
    }
}
