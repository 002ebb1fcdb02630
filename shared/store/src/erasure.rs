//! Erasure: what belongs to a household loses its words, numbers and pictures. All of it may be done twice.

use anju_domain::ids::HouseholdId;
use anju_domain::photo::Photo;

use crate::item;
use crate::photo_files::PhotoFiles;
use crate::transaction::{Write, commit};
use crate::{Registry, StoreError, keys};

impl Registry {
    /// Takes personal values and their salts out of a household's history, and the words out of its reports and
    /// surveys.
    pub async fn erase_words(&self, id: &HouseholdId) -> Result<(), StoreError> {
        for erased in self.history(id).await?.iter().filter_map(|change| change.erased()) {
            self.replace(item::write(&keys::change(id, erased.revision), &erased)?).await?;
        }
        for report in self.feedback_of(id).await? {
            self.replace(item::write(&keys::feedback(&report.id), &report.erased())?).await?;
        }
        for survey in self.surveys_of(id).await? {
            self.replace(item::write(&keys::survey(&survey.id), &survey.erased())?).await?;
        }
        Ok(())
    }

    /// Forgets a photo.
    pub async fn forget_photo(&self, photo: &Photo) -> Result<(), StoreError> {
        commit(&self.client, vec![Write::delete(&self.table, &keys::photo(&photo.id))?]).await
    }

    async fn replace(&self, item: item::Item) -> Result<(), StoreError> {
        commit(&self.client, vec![Write::overwrite(&self.table, item)?]).await
    }
}

impl PhotoFiles {
    /// Deletes a photo's files, all versions of them.
    pub async fn erase(&self, photo: &Photo) -> Result<(), StoreError> {
        let objects = [keys::objects::original, keys::objects::marked, keys::objects::thumbnail];
        for key in objects.map(|key| key(&photo.id)) {
            self.delete_versions(&key).await?;
        }
        Ok(())
    }
}
