//! A register that changes, streams that deliver, and workers that meet and die.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use anju_domain::ids::HouseholdId;
use anju_domain::region::VillageCode;
use anju_domain::summary::{Packed, State, Summary};

use super::chance::Chance;
use super::stream::Stream;
use super::summaries::{NUMBERS, summary, villages};
use super::task::{Conflicts, Job, Task, Troubles, Worker};
use super::verdict::regions;
use crate::bucket::{Bucket, BucketId};
use crate::ports::Registered;
use crate::tally::Observed;
use crate::testing::{Ending, Fate, MemoryCounters, MemoryRegister, Request};

/// More workers than this don't run at a time.
const TASKS: usize = 8;

/// How hard a life is. Recounts heal almost anything, so in many lives there must be none, or what
/// ought to do without them would never be proven.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hardships {
    /// One in so many of each kind of fault.
    faults: usize,
    /// One in so many failed batches is given up, and its villages recounted.
    giving_up: Option<usize>,
    /// Somebody recounts villages for no reason.
    needless_recounts: bool,
    /// Wrong values are planted and the register is set back.
    disasters: bool,
    /// How many changes are left to come. After the last, nothing new heals what was missed.
    changes: usize,
}

impl Hardships {
    fn any(chance: &mut Chance) -> Self {
        Hardships {
            faults: [250, 60, 25, 12][chance.below(4)],
            giving_up: [None, None, Some(20), Some(4)][chance.below(4)],
            needless_recounts: chance.below(4) == 0,
            disasters: chance.below(2) == 0,
            changes: [4, 12, 1_000, 1_000][chance.below(4)],
        }
    }
}

/// Whether everything has to be recounted, because no stream tells what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    NotNeeded,
    Needed,
    Begun,
}

pub(super) struct World {
    chance: Arc<Mutex<Chance>>,
    hardships: Hardships,
    pub(super) store: MemoryCounters,
    pub(super) register: MemoryRegister<()>,
    pub(super) backup: BTreeMap<HouseholdId, Registered<()>>,
    pub(super) registry: Stream<Observed>,
    counters: Stream<(BucketId, Bucket)>,
    repairs: BTreeSet<BTreeSet<VillageCode>>,
    tasks: Vec<Task>,
    pub(super) epoch: u32,
    pub(super) whole: Whole,
    /// Whether anything happened that a check rightly reports.
    pub(super) disturbed: bool,
    /// What went wrong on the way, and how often.
    pub(super) troubles: Arc<Troubles>,
}

impl World {
    pub(super) fn new(script: Vec<u8>) -> Self {
        let chance = Arc::new(Mutex::new(Chance::new(script, 1)));
        let troubles = Arc::new(Troubles::default());
        let hardships = Hardships::any(&mut chance.lock().unwrap());
        let fates = |chance: &Arc<Mutex<Chance>>| {
            let (chance, troubles) = (chance.clone(), troubles.clone());
            move |request: &Request| fate(&mut chance.lock().unwrap(), hardships.faults, request, &troubles)
        };
        World {
            store: MemoryCounters::with_fates(fates(&chance)),
            register: MemoryRegister::with_fates(fates(&chance)),
            chance,
            hardships,
            backup: BTreeMap::new(),
            registry: Stream::new(),
            counters: Stream::new(),
            repairs: BTreeSet::new(),
            tasks: Vec::new(),
            epoch: 1,
            whole: Whole::NotNeeded,
            disturbed: false,
            troubles,
        }
    }

    pub(super) fn below(&self, limit: usize) -> usize {
        self.chance.lock().unwrap().below(limit)
    }

    pub(super) fn met(&self, trouble: &'static str) {
        self.troubles.met(trouble);
    }

    /// Lives through the script.
    pub(super) fn run(&mut self) {
        while !self.chance.lock().unwrap().script_is_over() {
            match self.below(32) {
                0..=15 => self.poll_any(),
                16..=19 => self.change_any(),
                20..=27 | 30 | 31 if self.tasks.len() >= TASKS => self.poll_any(),
                20..=22 => self.start_tally(),
                23..=25 => self.start_roll_up(),
                26 | 27 => self.start_recount(),
                28 => self.kill_any(),
                29 => self.abandon_any(),
                30 if self.hardships.disasters => self.disaster(),
                30 => self.start_check(),
                _ if self.whole == Whole::Needed => self.begin_recount_of_all(),
                _ => self.start_check(),
            }
            self.take_changes();
        }
    }

    /// Nothing goes wrong any more: delivers all that is due, until nothing is left.
    pub(super) fn settle(&mut self) {
        loop {
            self.begin_recount_of_all();
            let due = self.registry.is_due() || self.counters.is_due() || !self.repairs.is_empty();
            match self.below(3) {
                _ if !due && self.tasks.is_empty() => return,
                // Only few at a time: nobody pauses here, and too many would only be in each other's way.
                _ if !due || self.tasks.len() >= TASKS / 2 => self.poll_any(),
                0 => self.start_tally(),
                1 => self.start_roll_up(),
                _ if !self.repairs.is_empty() => self.start_recount(),
                _ => self.poll_any(),
            }
            self.take_changes();
        }
    }

    fn take_changes(&mut self) {
        for image in self.store.take_changes() {
            self.counters.push(image);
        }
    }

    fn change_any(&mut self) {
        if self.hardships.changes == 0 {
            return;
        }
        self.hardships.changes -= 1;
        let any = self.any_household();
        let old = self.register.held().get(&any).cloned();
        match &old {
            Some(old) if self.below(6) == 0 => {
                // It moves: here it left, and there it is as it was, in one transaction.
                let (here, there) = (any, self.any_household());
                let left = Summary { state: State::Left, ..old.summary.unpack().unwrap() };
                self.write(&here, left.pack());
                if there != here {
                    self.write(&there, old.summary);
                }
                self.met("moved");
            }
            Some(old) if self.below(5) == 0 => self.write(&any, old.summary),
            _ => self.write(&any, summary(|limit| self.below(limit))),
        }
    }

    fn any_household(&self) -> HouseholdId {
        let villages = villages();
        let village = &villages[self.below(villages.len())];
        HouseholdId::new(village.clone(), NUMBERS[self.below(NUMBERS.len())])
    }

    fn write(&mut self, household: &HouseholdId, new: Packed) {
        let old = self.register.held().get(household).cloned();
        let revision = old.as_ref().map_or(1, |old| old.revision + 1);
        let number = household.number();
        self.register.put(household.village(), Registered { number, revision, summary: new, updated_at: () });
        let old = old.map(|old| old.summary);
        self.registry.push(Observed { household: household.clone(), revision, old, new });
    }

    /// Somebody's worker. Between a restore and the recount of everything, the functions of the epoch
    /// before may still serve.
    fn worker(&self) -> Worker {
        let outdated = self.epoch > 1 && self.whole == Whole::Needed && self.below(2) == 0;
        let epoch = if outdated { self.epoch - 1 } else { self.epoch };
        Worker { store: self.store.clone(), pause: Conflicts(self.troubles.clone()), epoch }
    }

    fn start_tally(&mut self) {
        let batch = self.registry.batch(&mut self.chance.lock().unwrap());
        self.tasks.push(Task::tally(self.worker(), batch));
    }

    fn start_roll_up(&mut self) {
        let batch = self.counters.batch(&mut self.chance.lock().unwrap());
        self.tasks.push(Task::roll_up(self.worker(), batch));
    }

    /// Takes a repair from the queue; or somebody recounts a village for no reason.
    fn start_recount(&mut self) {
        if self.repairs.is_empty() && !self.hardships.needless_recounts {
            return;
        }
        let villages = if self.repairs.is_empty() {
            let all = villages();
            BTreeSet::from([all[self.below(all.len())].clone()])
        } else {
            self.repairs.pop_first().unwrap()
        };
        self.tasks.push(Task::recount(self.worker(), self.register.clone(), villages));
    }

    /// Somebody looks whether a region is right.
    fn start_check(&mut self) {
        let regions: Vec<_> = regions().into_iter().collect();
        let region = regions[self.below(regions.len())].clone();
        self.met("checked");
        let worker = Worker { epoch: self.epoch, ..self.worker() };
        self.tasks.push(Task::check(worker, self.register.clone(), region));
    }

    /// As the manual says: after no worker of an earlier epoch can run any more.
    fn begin_recount_of_all(&mut self) {
        if self.whole != Whole::Needed {
            return;
        }
        let (ours, outdated) =
            std::mem::take(&mut self.tasks).into_iter().partition(|task| task.epoch == self.epoch);
        self.tasks = ours;
        for Task { job, abandoned, .. } in outdated {
            if !abandoned {
                self.ended(job, None);
            }
        }
        self.repairs.insert(villages().into_iter().collect());
        self.whole = Whole::Begun;
    }

    fn poll_any(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let which = self.below(self.tasks.len());
        if let Some(failed) = self.tasks[which].poll() {
            let Task { job, abandoned, .. } = self.tasks.swap_remove(which);
            if !abandoned {
                self.ended(job, Some(failed));
            }
        }
    }

    /// A worker dies between two of its requests, or while one is under way.
    fn kill_any(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let Task { job, abandoned, .. } = self.tasks.swap_remove(self.below(self.tasks.len()));
        self.met("killed");
        if !abandoned {
            self.ended(job, None);
        }
    }

    /// A worker is taken for dead, and its work given to others, but it lives on.
    fn abandon_any(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let which = self.below(self.tasks.len());
        let task = &mut self.tasks[which];
        if !std::mem::replace(&mut task.abandoned, true) {
            let job = task.job.clone();
            self.met("abandoned");
            self.ended(job, None);
        }
    }

    /// A worker ended: `failed` says what of its job is not done; none where it didn't get to say.
    fn ended(&mut self, job: Job, failed: Option<Vec<usize>>) {
        match job {
            Job::Recount(_) if failed.as_ref().is_some_and(Vec::is_empty) => {}
            Job::Recount(villages) => drop(self.repairs.insert(villages)),
            Job::Check => {
                let is_right = failed.is_none_or(|failed| failed.is_empty());
                assert!(is_right || self.disturbed, "a check raised a false alarm");
            }
            Job::Tally(places) => {
                let failed = failed.unwrap_or(places);
                match self.gives_up() {
                    true => {
                        let records = self.registry.at(&failed);
                        let villages =
                            records.map(|record| BTreeSet::from([record.household.village().clone()]));
                        self.repairs.extend(villages.collect::<Vec<_>>());
                    }
                    false => self.registry.deliver_again(failed),
                }
            }
            Job::RollUp(places) => {
                let failed = failed.unwrap_or(places);
                match self.gives_up() {
                    true => {
                        let images = self.counters.at(&failed);
                        let villages = images.map(|(id, _)| BTreeSet::from([id.village().clone()]));
                        self.repairs.extend(villages.collect::<Vec<_>>());
                    }
                    false => self.counters.deliver_again(failed),
                }
            }
        }
    }

    /// Whether what failed isn't delivered any more, and its villages are queued for repair.
    fn gives_up(&self) -> bool {
        let calm = self.chance.lock().unwrap().script_is_over();
        let gives_up = !calm && self.hardships.giving_up.is_some_and(|one_in| self.below(one_in) == 0);
        if gives_up {
            self.met("given up");
        }
        gives_up
    }
}

fn fate(chance: &mut Chance, one_in: usize, request: &Request, troubles: &Troubles) -> Fate {
    let calm = chance.script_is_over();
    let (waits_before, waits_after) = (chance.below(3) as u8, chance.below(2) as u8);
    let ending = match chance.below(one_in) {
        _ if calm => Ending::Normal,
        0 => Ending::Refused,
        1 => Ending::AnswerLost,
        2 => Ending::Conflict,
        _ => Ending::Normal,
    };
    let trouble = match (ending, request.is_write()) {
        (Ending::Normal, _) => None,
        (Ending::AnswerLost, true) => Some("written, but the answer lost"),
        (Ending::Conflict, true) => Some("conflict without reason"),
        (_, true) => Some("write refused"),
        (_, false) => Some("read failed"),
    };
    if let Some(trouble) = trouble {
        troubles.met(trouble);
    }
    Fate { waits_before, ending, waits_after }
}
