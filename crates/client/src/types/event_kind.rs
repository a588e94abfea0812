use crate::words::words;

words! {
    /// What happened (V1).
    EventKind {
        /// A workspace is there.
        WorkspaceCreated = "workspace.created",
        /// Name or description of a workspace changed.
        WorkspaceUpdated = "workspace.updated",
        /// A workspace takes no more changes (W3).
        WorkspaceArchived = "workspace.archived",
        /// A workspace takes changes again (W3).
        WorkspaceUnarchived = "workspace.unarchived",
        /// Somebody is in a workspace.
        MemberAdded = "member.added",
        /// A member has another role.
        MemberRoleChanged = "member.role_changed",
        /// Somebody is in a workspace no longer.
        MemberRemoved = "member.removed",
        /// An organization is there.
        OrganizationCreated = "organization.created",
        /// An organization changed, its limits included.
        OrganizationUpdated = "organization.updated",
        /// An organization is gone, with everything below it.
        OrganizationDeleted = "organization.deleted",
        /// An organization is somewhere else in the tree, with everything below it.
        OrganizationMoved = "organization.moved",
        /// A resource is charged.
        ChargeCreated = "charge.created",
        /// A resource is charged with another quantity.
        ChargeResized = "charge.resized",
        /// A resource is charged no longer.
        ChargeReleased = "charge.released",
        /// A resource is charged to another organization or team (C11).
        ChargeMoved = "charge.moved",
        /// A pool that only observes would have refused growth (B3).
        ChargeWouldRefuse = "charge.would_refuse",
        /// The limit of an organization that only observes would have refused growth (L8).
        LimitWouldRefuse = "limit.would_refuse",
        /// So much of a limit or capacity is used as was not before (L9).
        LimitThresholdReached = "limit.threshold_reached",
        /// Units are held (C5).
        ReservationCreated = "reservation.created",
        /// Units that were held are charged.
        ReservationCommitted = "reservation.committed",
        /// Units that were held are given back.
        ReservationReleased = "reservation.released",
        /// Units that were held are given back because of the time.
        ReservationExpired = "reservation.expired",
        /// A billing account is there.
        BillingAccountCreated = "billing_account.created",
        /// A billing account changed.
        BillingAccountUpdated = "billing_account.updated",
        /// A billing account is gone.
        BillingAccountDeleted = "billing_account.deleted",
        /// A subscription is there.
        SubscriptionCreated = "subscription.created",
        /// Somebody changed a subscription.
        SubscriptionUpdated = "subscription.updated",
        /// A period ended and the next began.
        SubscriptionRenewed = "subscription.renewed",
        /// A subscription ended.
        SubscriptionCanceled = "subscription.canceled",
        /// A cancellation waits for the end of another period (S4).
        SubscriptionCancellationDeferred = "subscription.cancellation_deferred",
        /// A scheduled decrease took effect.
        SubscriptionDecreased = "subscription.decreased",
        /// A decrease waits for the end of another period (S4).
        SubscriptionDecreaseDeferred = "subscription.decrease_deferred",
        /// A trial went on paid (S2).
        SubscriptionTrialConverted = "subscription.trial_converted",
        /// A trial ended unpaid (S2).
        SubscriptionTrialEnded = "subscription.trial_ended",
        /// A team is there.
        TeamCreated = "team.created",
        /// Name or site limit of a team changed.
        TeamUpdated = "team.updated",
        /// A team has another owner (T7).
        TeamTransferred = "team.transferred",
        /// A team is gone.
        TeamDeleted = "team.deleted",
        /// Somebody is in a team.
        TeamMemberAdded = "team_member.added",
        /// A member of a team has other roles.
        TeamMemberRolesChanged = "team_member.roles_changed",
        /// Somebody is in a team no longer.
        TeamMemberRemoved = "team_member.removed",
        /// A team has another role of its own.
        TeamRoleCreated = "team_role.created",
        /// Name or scopes of a team's role changed.
        TeamRoleUpdated = "team_role.updated",
        /// A role of a team is gone.
        TeamRoleDeleted = "team_role.deleted",
        /// Somebody is invited into a team.
        InvitationCreated = "invitation.created",
        /// An invitation is sent again, and valid for the full time.
        InvitationResent = "invitation.resent",
        /// Whoever was invited came.
        InvitationAccepted = "invitation.accepted",
        /// Whoever was invited does not come.
        InvitationDeclined = "invitation.declined",
        /// An invitation was taken back.
        InvitationCanceled = "invitation.canceled",
        /// An invitation was not answered in time.
        InvitationExpired = "invitation.expired",
        /// A team has another API credential.
        ApiCredentialCreated = "api_credential.created",
        /// Name or expiry of an API credential changed.
        ApiCredentialUpdated = "api_credential.updated",
        /// An API credential has another secret.
        ApiCredentialRotated = "api_credential.rotated",
        /// An API credential is good no more.
        ApiCredentialRevoked = "api_credential.revoked",
    }
}
