use tenantry_domain::Meters;
use tenantry_domain::organization::{PictureId, SubmittedPicture};

/// What resources look different by, from one deployment to another.
pub(crate) struct Deployment {
    /// What is counted.
    pub meters: Meters,
    /// Where callers reach this service, without a slash at the end.
    pub public_url: String,
}

impl Deployment {
    /// Where everybody finds a hosted picture.
    pub fn picture_url(&self, id: &PictureId) -> String {
        format!("{}{id}", self.pictures())
    }

    /// The hosted picture that somebody submits again.
    pub fn own_picture(&self, submitted: &SubmittedPicture) -> Option<PictureId> {
        match submitted {
            SubmittedPicture::At(address) => address.hosted_under(&self.pictures()),
            SubmittedPicture::Inline(_) => None,
        }
    }

    fn pictures(&self) -> String {
        format!("{}/pictures/", self.public_url)
    }
}
