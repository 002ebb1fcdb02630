//! A register as files to import.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anju_domain::region::InvalidRegionCode;
use anju_domain::summary::WorkKind;

use crate::plan::Plan;
use crate::records::RegisterRow;
use crate::register::Register;

/// Why the files couldn't be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder or a file in it can't be made.
    #[error("the file can't be created")]
    Create(#[source] io::Error),
    /// A file can't be written to its end.
    #[error("the file can't be written")]
    Write(#[from] csv::Error),
    /// What was written last can't be kept.
    #[error("the file can't be finished")]
    Finish(#[source] io::Error),
    /// The plan's codes are in no form.
    #[error(transparent)]
    Code(#[from] InvalidRegionCode),
}

/// How much was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Rows of `regions.csv`, without the headings.
    pub regions: u64,
    /// Households of `register.csv`.
    pub households: u64,
    /// Rows of `register.csv`, one per person, without the headings.
    pub people: u64,
}

/// Writes the register of the plan into the folder, which is made if it isn't there: `regions.csv` and `register.csv`,
/// as the import takes them, in UTF-8. Takes little memory, whatever the size.
///
/// # Errors
/// Where a file can't be created or written.
pub fn write_csv(plan: &Plan, folder: &Path) -> Result<Written, WriteError> {
    std::fs::create_dir_all(folder).map_err(WriteError::Create)?;
    let create = |name: &str| File::create(folder.join(name)).map_err(WriteError::Create);
    let register = Register::new(plan)?;
    let regions = write_regions(&register, create("regions.csv")?)?;
    let (households, people) = write_register(&register, create("register.csv")?)?;
    Ok(Written { regions, households, people })
}

/// Writes the regions, and returns how many there are.
///
/// # Errors
/// Where they can't be written.
pub fn write_regions(register: &Register, file: impl Write) -> Result<u64, WriteError> {
    let mut regions = csv::Writer::from_writer(file);
    regions.write_record(["code", "name", "public_phone"])?;
    let mut rows = 0;
    for region in register.regions() {
        let phone = region.public_phone.unwrap_or_default();
        regions.write_record([region.code.as_str(), &region.name, &phone])?;
        rows += 1;
    }
    regions.flush().map_err(WriteError::Finish)?;
    Ok(rows)
}

/// Writes the households, one row per person, and returns how many households and people there are.
///
/// # Errors
/// Where they can't be written.
pub fn write_register(register: &Register, file: impl Write) -> Result<(u64, u64), WriteError> {
    let mut file = csv::Writer::from_writer(file);
    file.write_record([
        "village",
        "number",
        "name",
        "id_number",
        "relation",
        "phone",
        "address",
        "task_2020",
        "unfinished_2019",
        "look_back_unfinished",
    ])?;
    let mut written = (0, 0);
    for row in register.villages().flat_map(|village| register.households(village.code())) {
        write_household(&row, &mut file)?;
        written = (written.0 + 1, written.1 + 1 + row.members.len() as u64);
    }
    file.flush().map_err(WriteError::Finish)?;
    Ok(written)
}

fn write_household(row: &RegisterRow, file: &mut csv::Writer<impl Write>) -> Result<(), WriteError> {
    let number = row.number.to_string();
    let place = [row.village.as_str(), &number];
    // The three columns of works, in the order of the headings.
    let works = WorkKind::ALL.map(|kind| match row.works.get(&kind) {
        None => "",
        Some(true) => "open",
        Some(false) => "closed",
    });
    let head = [row.head.as_str(), &row.id_number, "户主", &row.phone, &row.address];
    file.write_record(place.into_iter().chain(head).chain(works))?;
    for member in &row.members {
        let person = [member.name.as_str(), &member.id_number, member.relation];
        file.write_record(place.into_iter().chain(person).chain([""; 5]))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    fn files(plan: &Plan) -> [Vec<u8>; 2] {
        let register = Register::new(plan).unwrap();
        let [mut regions, mut people] = [const { Vec::new() }; 2];
        write_regions(&register, &mut regions).unwrap();
        write_register(&register, &mut people).unwrap();
        [regions, people]
    }

    #[test]
    fn one_seed_gives_one_register_and_another_seed_other_people() {
        let plan = Plan::scaled(2_000).unwrap();
        let first = files(&plan);
        assert_eq!(files(&plan), first);
        let other = files(&plan.with_seed(1));
        assert_eq!(other[0], first[0], "the same places");
        assert_ne!(other[1], first[1]);
    }

    /// Walk-throughs name people of the demo. Whoever changes the generator on purpose changes the digest too.
    #[test]
    fn the_demo_s_register_is_the_same_in_every_version() {
        let digest = Sha256::digest(files(&Plan::demo()).concat());
        assert_eq!(hex::encode(digest), "362e23aa585651b325b399a073502d97ba47c01ec6ecacfa6afd5393707cfde6");
    }

    #[test]
    fn the_files_hold_what_the_register_holds() {
        let folder = std::env::temp_dir().join(format!("anju-register-{}", std::process::id()));
        let written = write_csv(&Plan::demo(), &folder).unwrap();
        let rows =
            |name: &str| csv::Reader::from_path(folder.join(name)).unwrap().into_records().count() as u64;
        let counted = (rows("regions.csv"), rows("register.csv"));
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((written.regions, written.people), counted);
        assert_eq!((written.regions, written.households), (4 + 3 + 8, 160));
        assert!(written.people > 320);
    }
}
