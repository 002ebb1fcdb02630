//! Who belongs to a household: a head and their kin, of ages that fit each other in 2020.

use crate::id_numbers::{IdNumbers, Sex};
use crate::person_names::{full_name, surname};
use crate::random::Random;

/// One of a household.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) sex: Sex,
    pub(crate) born: u32,
}

/// A household's people.
pub(crate) struct Family {
    pub(crate) head: Person,
    /// Each with their relation to the head.
    pub(crate) members: Vec<(&'static str, Person)>,
}

/// The kinds of kin, as seen from the head.
#[derive(Clone, Copy)]
enum Kin {
    Spouse,
    Son,
    Child,
    DaughterInLaw,
    Grandchild,
    Father,
    Mother,
}

/// Heads that may have grandchildren, and who joins them, in this order.
const ELDER: [Kin; 7] = [
    Kin::Spouse,
    Kin::Son,
    Kin::DaughterInLaw,
    Kin::Grandchild,
    Kin::Grandchild,
    Kin::Child,
    Kin::Grandchild,
];
const YOUNGER: [Kin; 7] =
    [Kin::Spouse, Kin::Child, Kin::Child, Kin::Father, Kin::Mother, Kin::Child, Kin::Child];
const WITH_PARENTS: [Kin; 7] =
    [Kin::Mother, Kin::Spouse, Kin::Child, Kin::Father, Kin::Child, Kin::Child, Kin::Child];

/// Those born later are in the register of another year.
const LAST_BIRTH: u32 = 2019;

/// A family of `people`, 1 to 7.
pub(crate) fn family(people: u32, numbers: &IdNumbers, random: &mut Random) -> Family {
    let elder = random.in_1000(350);
    let kin = if elder {
        ELDER
    } else if random.in_1000(300) {
        WITH_PARENTS
    } else {
        YOUNGER
    };
    let relatives = Relatives::of_head(elder, numbers, random);
    let widowed = random.in_1000(200);
    let members = kin
        .into_iter()
        .filter(|kin| !(widowed && matches!(kin, Kin::Spouse)))
        .zip(1..people)
        .map(|(kin, slot)| relatives.next(kin, slot, numbers, random))
        .collect();
    Family { head: relatives.head, members }
}

/// What the people of one family have in common.
struct Relatives {
    head: Person,
    /// The head's father's.
    head_surname: &'static str,
    /// The children's: their father's.
    children_surname: &'static str,
}

impl Relatives {
    fn of_head(elder: bool, numbers: &IdNumbers, random: &mut Random) -> Self {
        let sex = if random.in_1000(850) { Sex::Man } else { Sex::Woman };
        let head_surname = surname(random);
        let born = if elder { random.between(1936, 1953) } else { random.between(1957, 1990) };
        let head =
            Person { name: full_name(head_surname, sex, random), sex, born: numbers.year_near(born, 0) };
        let children_surname = match sex {
            Sex::Man => head_surname,
            Sex::Woman => surname(random),
        };
        Relatives { head, head_surname, children_surname }
    }

    fn next(&self, kin: Kin, slot: u32, numbers: &IdNumbers, random: &mut Random) -> (&'static str, Person) {
        let (relation, sex) = self.relation(kin, random);
        let surname = match kin {
            Kin::Son | Kin::Child | Kin::Grandchild => self.children_surname,
            Kin::Father => self.head_surname,
            Kin::Spouse if sex == Sex::Man => self.children_surname,
            Kin::Spouse | Kin::DaughterInLaw | Kin::Mother => surname(random),
        };
        let born = numbers.year_near(self.birth(kin, random), slot);
        (relation, Person { name: full_name(surname, sex, random), sex, born })
    }

    fn relation(&self, kin: Kin, random: &mut Random) -> (&'static str, Sex) {
        let girl = random.in_1000(490);
        match (kin, girl) {
            (Kin::Spouse, _) if self.head.sex == Sex::Man => ("配偶", Sex::Woman),
            (Kin::Spouse, _) => ("配偶", Sex::Man),
            (Kin::Son, _) | (Kin::Child, false) => ("之子", Sex::Man),
            (Kin::Child, true) => ("之女", Sex::Woman),
            (Kin::DaughterInLaw, _) => ("儿媳", Sex::Woman),
            (Kin::Grandchild, false) => ("孙子", Sex::Man),
            (Kin::Grandchild, true) => ("孙女", Sex::Woman),
            (Kin::Father, _) => ("父亲", Sex::Man),
            (Kin::Mother, _) => ("母亲", Sex::Woman),
        }
    }

    /// A year of birth, give or take the 3 that [`IdNumbers::year_near`] needs: parents are at least 17 years older
    /// than their children.
    fn birth(&self, kin: Kin, random: &mut Random) -> u32 {
        let head = self.head.born;
        let wanted = match kin {
            Kin::Spouse => random.between(head - 4, head + 5),
            Kin::Son => random.between(head + 22, head + 30),
            Kin::Child => random.between(head + 22, head + 34),
            Kin::DaughterInLaw => random.between(head + 24, head + 32),
            Kin::Grandchild => random.between(head + 56, head + 60),
            Kin::Father => random.between(head - 29, head - 23),
            Kin::Mother => random.between(head - 27, head - 22),
        };
        wanted.min(LAST_BIRTH - 3)
    }
}
