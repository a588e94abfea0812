use crate::words::words;

words! {
    /// The kind of a problem, to be matched by programs. Each has a page under `/problems` of the service.
    Code {
        /// The body is not JSON.
        MalformedJson = "malformed_json",
        /// The body has a field that is not known.
        UnknownField = "unknown_field",
        /// Something is given twice.
        DuplicateField = "duplicate_field",
        /// The cursor cannot be used here.
        InvalidCursor = "invalid_cursor",
        /// The query has a parameter that is not known.
        UnknownParameter = "unknown_parameter",
        /// The idempotency key cannot be used.
        InvalidIdempotencyKey = "invalid_idempotency_key",
        /// A valid token is needed.
        Unauthenticated = "unauthenticated",
        /// The enterprise edition is needed.
        EnterpriseRequired = "enterprise_required",
        /// A payment method is needed.
        PaymentMethodRequired = "payment_method_required",
        /// Your role does not allow this.
        RoleRequired = "role_required",
        /// The token's scopes do not allow this.
        ScopeRequired = "scope_required",
        /// Only a person can do this.
        PeopleOnly = "people_only",
        /// Only an owner may do this.
        OwnerRequired = "owner_required",
        /// There is no such thing.
        NotFound = "not_found",
        /// There is no such address.
        RouteNotFound = "route_not_found",
        /// The address does not take this method.
        MethodNotAllowed = "method_not_allowed",
        /// The request took too long to arrive.
        RequestTimeout = "request_timeout",
        /// The first request with this key is not answered yet.
        IdempotencyInFlight = "idempotency_in_flight",
        /// The workspace is archived.
        WorkspaceArchived = "workspace_archived",
        /// The workspace is not empty.
        WorkspaceNotEmpty = "workspace_not_empty",
        /// A workspace needs an owner.
        CannotRemoveLastOwner = "cannot_remove_last_owner",
        /// The workspace has as many members as it may.
        MemberLimitReached = "member_limit_reached",
        /// The person is a member already.
        AlreadyMember = "already_member",
        /// The workspace has as many organizations as it may.
        OrganizationLimitReached = "organization_limit_reached",
        /// The tree is as deep as it may be.
        DepthLimitReached = "depth_limit_reached",
        /// The parent has as many children as it may.
        ChildrenLimitReached = "children_limit_reached",
        /// There are as many keys as there may be.
        KeyLimitReached = "key_limit_reached",
        /// The organization has usage.
        OrganizationHasUsage = "organization_has_usage",
        /// The organization has teams.
        OrganizationHasTeams = "organization_has_teams",
        /// The organization has children.
        OrganizationHasChildren = "organization_has_children",
        /// The organization cannot go there.
        MoveBlocked = "move_blocked",
        /// Organizations of a document cannot be made.
        TreeRefused = "tree_refused",
        /// The login hint is taken.
        LoginHintTaken = "login_hint_taken",
        /// The limit is more than what is inherited.
        LimitExceedsCapacity = "limit_exceeds_capacity",
        /// The limit is less than what is used.
        LimitBelowUsage = "limit_below_usage",
        /// There is not enough room.
        LimitReached = "limit_reached",
        /// The resource is charged to another organization or team.
        ChargedElsewhere = "charged_elsewhere",
        /// A reservation holds the resource.
        ResourceReserved = "resource_reserved",
        /// The resource is charged already.
        ResourceCharged = "resource_charged",
        /// The reservation was committed.
        ReservationCommitted = "reservation_committed",
        /// The reservation was released.
        ReservationReleased = "reservation_released",
        /// The reservation has expired.
        ReservationExpired = "reservation_expired",
        /// Some rows of the batch are refused.
        BatchRefused = "batch_refused",
        /// The workspace has as many billing accounts as it may.
        BillingAccountLimitReached = "billing_account_limit_reached",
        /// The billing account has live subscriptions.
        ActiveSubscriptionsExist = "active_subscriptions_exist",
        /// An organization uses the billing account.
        BillingAccountInUse = "billing_account_in_use",
        /// The billing account has as many subscriptions as it may.
        SubscriptionLimitReached = "subscription_limit_reached",
        /// The subscription is over.
        SubscriptionOver = "subscription_over",
        /// The subscription cannot be paused.
        SubscriptionNotPausable = "subscription_not_pausable",
        /// The subscription is not paused.
        SubscriptionNotPaused = "subscription_not_paused",
        /// The subscription provides the product already.
        ProductExists = "product_exists",
        /// The subscription does not provide the product.
        ProductMissing = "product_missing",
        /// Nothing would be left of the subscription.
        NothingLeft = "nothing_left",
        /// Ending the subscription would leave too little capacity.
        CancellationWouldUnderprovision = "cancellation_would_underprovision",
        /// Pausing the subscription would leave too little capacity.
        PauseWouldUnderprovision = "pause_would_underprovision",
        /// The decrease would leave too little capacity.
        DecreaseWouldUnderprovision = "decrease_would_underprovision",
        /// It is not what you have seen.
        PreconditionFailed = "precondition_failed",
        /// The body is too large.
        BodyTooLarge = "body_too_large",
        /// The body is not sent as JSON.
        UnsupportedMediaType = "unsupported_media_type",
        /// The idempotency key was used for another request.
        IdempotencyKeyReused = "idempotency_key_reused",
        /// Some values are not valid.
        ValidationFailed = "validation_failed",
        /// Too many requests.
        RateLimited = "rate_limited",
        /// Something went wrong here.
        InternalError = "internal_error",
        /// The service cannot answer now.
        Unavailable = "unavailable",
        /// Only the owner of the team may do this.
        TeamOwnerRequired = "team_owner_required",
        /// Your address is not verified.
        EmailNotVerified = "email_not_verified",
        /// The invitation is somebody else's.
        NotTheRecipient = "not_the_recipient",
        /// It is somebody's personal team.
        PersonalTeam = "personal_team",
        /// Something is charged to the team.
        TeamHasSites = "team_has_sites",
        /// The owner stays in the team.
        OwnerStays = "owner_stays",
        /// The person cannot own the team.
        CannotOwnTeam = "cannot_own_team",
        /// The person is in as many teams as they may be.
        TeamLimitReached = "team_limit_reached",
        /// The team has as many people as it may.
        PeopleLimitReached = "people_limit_reached",
        /// The address is invited already.
        AlreadyInvited = "already_invited",
        /// The person must be invited.
        InvitationRequired = "invitation_required",
        /// This is not yours to change.
        ProfileNotYours = "profile_not_yours",
        /// Every team has this role.
        SystemRole = "system_role",
        /// The role is the owner's.
        OwnerRole = "owner_role",
        /// The team has a role of that name.
        RoleNameTaken = "role_name_taken",
        /// The role is in use.
        RoleInUse = "role_in_use",
        /// The team has as many roles as it may.
        RoleLimitReached = "role_limit_reached",
    }
}
