use tenantry_domain::organization::{PictureId, PictureRefused, SubmittedPicture};
use tenantry_domain::workspace::Permission;
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::find;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::idempotency::KeyedRequest;
use crate::ports::StoreError;
use crate::service::Tenantry;

/// That somebody may have a picture hosted: nothing is fetched or decoded for anybody else.
#[derive(Debug)]
pub struct PictureLeave(());

impl Tenantry {
    /// Lets somebody have a picture hosted who may show it: with an organization that is there, or with a new one. Whoever repeats a request
    /// gets its answer instead (R1).
    pub fn admit_picture(
        &self,
        actor: &Actor,
        (workspace, organization): (WorkspaceId, Option<OrganizationId>),
        request: Option<&KeyedRequest>,
    ) -> Result<PictureLeave> {
        if let Some(request) = request {
            self.read(|unit| self.recall(unit, actor, request))?;
        }
        self.read_in(
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                access.workspace.check_changeable()?;
                if let Some(id) = organization {
                    find(unit, workspace, id)?;
                }
                Ok(PictureLeave(()))
            },
        )
    }

    /// Has a picture hosted (O4). May take as long as a foreign site does, so it is no part of any transaction.
    pub fn host_picture(&self, _: PictureLeave, submitted: &SubmittedPicture) -> Result<PictureId> {
        Ok(self.parts.pictures.host(submitted)?)
    }

    /// A picture that is submitted as the URL under which it is hosted already, and is not fetched to be hosted again.
    pub fn keep_picture(&self, id: PictureId) -> Result<PictureId> {
        match self.parts.pictures.find(&id).map_err(StoreError::Unavailable)? {
            Some(_) => Ok(id),
            None => Err(PictureRefused::NotHosted.into()),
        }
    }

    /// A hosted picture. Anybody may see it who knows its name.
    pub fn picture(&self, id: &PictureId) -> Result<Vec<u8>> {
        let found = self.parts.pictures.find(id).map_err(StoreError::Unavailable)?;
        found.ok_or(Error::NotFound(Noun::Picture))
    }
}
