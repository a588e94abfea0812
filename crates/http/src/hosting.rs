//! Pictures that come with requests: hosted before anything is locked, once whoever asks is let in.

use actix_web::HttpResponse;
use tenantry_application::idempotency::KeyedRequest;
use tenantry_application::{Actor, Patch};
use tenantry_domain::organization::{PictureId, SubmittedPicture};
use tenantry_domain::{OrganizationId, WorkspaceId};

use crate::input::Conditions;
use crate::problem::Problem;
use crate::resource::not_done;
use crate::state::Api;

type Answer = Result<HttpResponse, Problem>;

/// Who brings a picture, and where to.
pub(crate) struct Bringing {
    actor: Actor,
    place: (WorkspaceId, Option<OrganizationId>),
    key: Option<KeyedRequest>,
}

impl Bringing {
    /// Somebody who asks like this for an organization of a workspace: one that is there, or a new one.
    pub fn new(actor: &Actor, conditions: &Conditions, place: (WorkspaceId, Option<OrganizationId>)) -> Self {
        Self {
            actor: actor.clone(),
            place,
            key: conditions.key.clone(),
        }
    }
}

impl Api {
    /// Has the picture of a request hosted, if it brings one. Otherwise there is an answer already.
    pub async fn hosted(
        &self,
        bringing: Bringing,
        picture: Patch<SubmittedPicture>,
    ) -> Result<Patch<PictureId>, Answer> {
        let submitted = match picture {
            Patch::Keep => return Ok(Patch::Keep),
            Patch::Clear => return Ok(Patch::Clear),
            Patch::Set(submitted) => submitted,
        };
        let tenantry = self.tenantry.clone();
        let admit = move || {
            let Bringing { actor, place, key } = bringing;
            tenantry.admit_picture(&actor, place, key.as_ref())
        };
        let leave = self.executor.read(admit).await.map_err(Err)?.map_err(not_done)?;
        let (tenantry, own) = (self.tenantry.clone(), self.deployment.own_picture(&submitted));
        let host = move || match own {
            Some(id) => tenantry.keep_picture(id),
            None => tenantry.host_picture(leave, &submitted),
        };
        let hosted = self.executor.host(host).await.map_err(Err)?.map_err(not_done)?;
        Ok(Patch::Set(hosted))
    }
}
