//! Houses of one county in the index, and copies that come after them.

use anju_domain::change::Hash;
use anju_domain::ids::{HouseholdId, PhotoId};
use anju_domain::likeness::Likeness;
use anju_domain::region::VillageCode;
use anju_reuse::testing::{Memory, alone};
use anju_reuse::{Arrival, others_like};

/// The index of a county, in memory.
#[derive(Debug)]
pub struct County {
    memory: Memory,
    village: VillageCode,
}

impl County {
    /// Without a photo.
    pub fn new(village: VillageCode) -> Self {
        County { memory: Memory::default(), village }
    }

    /// Enters a household's photo, and gives the numbers of the others whose photos show the same.
    pub fn enter(&self, number: u32, likeness: Likeness) -> Vec<u32> {
        let photo = PhotoId::new(HouseholdId::new(self.village.clone(), number), 1);
        let mut content = [0; 32];
        content[..4].copy_from_slice(&number.to_be_bytes());
        let arrival = Arrival { photo: &photo, sha256: Hash::from_bytes(content), likeness };
        let Ok(others) = alone(others_like(&self.memory, &arrival));
        others.iter().map(|other| other.household().number()).collect()
    }

    /// Requests since it was last asked.
    pub fn take_requests(&self) -> usize {
        self.memory.take_requests()
    }

    /// Entries of the fullest place.
    pub fn fullest(&self) -> usize {
        self.memory.fullest()
    }
}
