//! The rows of the register: a household with its people, its flaws included.

use std::collections::BTreeMap;

use anju_domain::household::Registered;
use anju_domain::ids::HouseholdId;
use anju_domain::person::{Head, Member};
use anju_domain::region::VillageCode;
use anju_domain::summary::WorkKind;

use crate::family::{Person, family};
use crate::id_numbers::{IdKind, IdNumbers};
use crate::layout::Village;
use crate::random::Random;

/// The first numbers of every village hold one household of each kind, however small the village:
///
/// | number | what is certain |
/// |---|---|
/// | 1 | all complete: 18-character ID numbers, a valid phone, 2 members or more, no remaining work |
/// | 2 | no phone |
/// | 3 | the head's ID number has 20 digits |
/// | 4 | the head's ID number has 15 digits |
/// | 5 | the head's ID number is invalid: its check character is wrong |
/// | 6 | the phone is invalid |
/// | 7 | ID numbers and phone as of 1 |
/// | 8 | ID numbers and phone as of 1, with an open remaining work |
///
/// What isn't named is without flaws. From number 9 on, chance decides.
pub const NUMBERS_OF_EVERY_KIND: u32 = 8;

/// Households of a village live in groups (村民小组) of this many.
const GROUP: u32 = 30;

/// A household as the register holds it: texts, valid or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Its village.
    pub village: VillageCode,
    /// Its number within the village, from 1.
    pub number: u32,
    /// The head's name.
    pub head: String,
    /// The head's ID number, of 15, 18 or 20 characters, perhaps invalid.
    pub id_number: String,
    /// The phone: perhaps empty or invalid. Valid ones are in ranges that no network has, so nobody answers.
    pub phone: String,
    /// The others of the household, at most 6.
    pub members: Vec<RegisterMember>,
    /// The address, down to the house.
    pub address: String,
    /// Its remaining works (扫尾工程); `true` while open.
    pub works: BTreeMap<WorkKind, bool>,
}

/// A member as the register holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterMember {
    /// Name.
    pub name: String,
    /// ID number, as of the head.
    pub id_number: String,
    /// Relation to the head: 配偶, 之子, 之女, 儿媳, 孙子, 孙女, 父亲 or 母亲.
    pub relation: &'static str,
}

impl RegisterRow {
    /// The household's id.
    pub fn id(&self) -> HouseholdId {
        HouseholdId::new(self.village.clone(), self.number)
    }

    /// The head as the domain has them: invalid values kept and flagged.
    pub fn domain_head(&self) -> Head {
        Head {
            name: self.head.clone(),
            id_number: self.id_number.clone().into(),
            phone: self.phone.clone().into(),
        }
    }

    /// The members as the domain has them.
    pub fn domain_members(&self) -> Vec<Member> {
        self.members
            .iter()
            .map(|member| Member {
                name: member.name.clone(),
                id_number: member.id_number.clone().into(),
                relation: member.relation.to_owned(),
            })
            .collect()
    }

    /// The household as the domain takes it from a register.
    pub fn registered(&self) -> Registered {
        Registered {
            id: self.id(),
            head: self.domain_head(),
            members: self.domain_members(),
            address: self.address.clone(),
            works: self.works.clone(),
        }
    }
}

/// How a household's phone stands in the register.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PhoneKind {
    Valid,
    Empty,
    Invalid,
}

/// The household with this number of the village.
pub(crate) fn row(seed: u64, first_id: u32, village: &Village, number: u32) -> RegisterRow {
    let mut random = Random::of(seed, village.code.as_str().parse().unwrap_or_default(), number);
    let numbers = IdNumbers::of(first_id, village.first + number - 1);
    let (id_kind, phone_kind) = flaws(number, &mut random);
    let id_text =
        |person: &Person, kind, random: &mut Random| numbers.text(person.born, person.sex, kind, random);
    let people = people(number, &mut random);
    let family = family(people, &numbers, &mut random);
    let id_number = id_text(&family.head, id_kind, &mut random);
    let mut members = Vec::with_capacity(family.members.len());
    for (relation, person) in family.members {
        let kind =
            if number <= NUMBERS_OF_EVERY_KIND { IdKind::Resident } else { id_kind_by_chance(&mut random) };
        let id_number = id_text(&person, kind, &mut random);
        members.push(RegisterMember { name: person.name, id_number, relation });
    }
    RegisterRow {
        village: village.code.clone(),
        number,
        head: family.head.name,
        id_number,
        phone: phone(phone_kind, &mut random),
        members,
        address: format!(
            "{}第{}村民小组{}号",
            village.name,
            (number - 1) / GROUP + 1,
            (number - 1) % GROUP + 1
        ),
        works: works(village.place, number, &mut random),
    }
}

fn flaws(number: u32, random: &mut Random) -> (IdKind, PhoneKind) {
    match number {
        1 | 7 | 8 => (IdKind::Resident, PhoneKind::Valid),
        2 => (IdKind::Resident, PhoneKind::Empty),
        3 => (IdKind::Disability, PhoneKind::Valid),
        4 => (IdKind::Legacy, PhoneKind::Valid),
        5 => (IdKind::WrongCheck, PhoneKind::Valid),
        6 => (IdKind::Resident, PhoneKind::Invalid),
        _ => (id_kind_by_chance(random), phone_kind_by_chance(random)),
    }
}

fn id_kind_by_chance(random: &mut Random) -> IdKind {
    match random.below(1000) {
        0..20 => IdKind::Disability,
        20..30 => IdKind::Legacy,
        30..35 => IdKind::WrongCheck,
        _ => IdKind::Resident,
    }
}

fn phone_kind_by_chance(random: &mut Random) -> PhoneKind {
    match random.below(1000) {
        0..50 => PhoneKind::Empty,
        50..60 => PhoneKind::Invalid,
        _ => PhoneKind::Valid,
    }
}

/// 1 to 7 people, 3.3 on average as in the nation.
fn people(number: u32, random: &mut Random) -> u32 {
    let people = match random.below(100) {
        0..12 => 1,
        12..30 => 2,
        30..54 => 3,
        54..80 => 4,
        80..93 => 5,
        93..98 => 6,
        _ => 7,
    };
    if number == 1 { people.max(3) } else { people }
}

/// Ranges of mobile numbers that no network has.
const UNUSED_RANGES: [u32; 7] = [154, 160, 161, 163, 164, 168, 169];

fn phone(kind: PhoneKind, random: &mut Random) -> String {
    let range = random.any_of(&UNUSED_RANGES);
    let digits = random.below(100_000_000);
    match kind {
        PhoneKind::Valid => format!("{range}{digits:08}"),
        PhoneKind::Empty => String::new(),
        PhoneKind::Invalid => match random.below(3) {
            0 => format!("{range}{:07}", digits / 10),
            1 => format!("{range}{digits:08}0"),
            // No subscriber's number begins with 0.
            _ => format!("0870-0{:06}", digits / 100),
        },
    }
}

fn works(place: usize, number: u32, random: &mut Random) -> BTreeMap<WorkKind, bool> {
    let kind = match number {
        NUMBERS_OF_EVERY_KIND => Some(WorkKind::ALL[place % WorkKind::ALL.len()]),
        0..NUMBERS_OF_EVERY_KIND => None,
        _ => match random.below(10_000) {
            0..310 => Some(WorkKind::Task2020),
            310..312 => Some(WorkKind::Unfinished2019),
            312..320 => Some(WorkKind::LookBackUnfinished),
            _ => None,
        },
    };
    kind.into_iter().map(|kind| (kind, true)).collect()
}
