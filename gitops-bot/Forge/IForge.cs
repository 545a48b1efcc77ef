namespace SelfHealGitOps.Bot.Forge;

/// <summary>
/// What the bot asks of the place where one repository's pull requests and issues live. Numbers are shared by both.
/// Whatever is <em>ensured</em> is looked for before it is made, so that a pass that died can be run again. What can be
/// expected to happen is a value; a forge that cannot be reached, refuses or makes no sense is a <see cref="ForgeException"/>.
/// Every call ends in bounded time.
/// </summary>
internal interface IForge
{
    /// <summary>Where it is, for people: never with credentials in it.</summary>
    string Name { get; }

    /// <summary>Whether authors of comments are who they say: users that have signed in. What does not know says no.</summary>
    bool KnowsPeople { get; }

    /// <summary>
    /// Carries out what people have asked for in other ways than by calls to it, and says what could not be. Nothing, where
    /// people sign in and do it themselves. Calls that read never do that.
    /// </summary>
    Task<IReadOnlyList<Unsettled>> SettleAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Finds the bot's open pull request by the draft's fingerprint or head branch, else makes one; then changes what
    /// differs in title, body and labels. The head branch must be there. It does not ask whether there was one that is closed.
    /// </summary>
    Task<Ensured> EnsurePullRequestAsync(PullRequestDraft draft, CancellationToken cancellationToken);

    /// <summary>Finds the bot's open issue by the draft's fingerprint, else makes one; then changes what differs in title, body and labels.</summary>
    Task<Ensured> EnsureIssueAsync(IssueDraft draft, CancellationToken cancellationToken);

    /// <summary>Null where there is none of that number.</summary>
    Task<PullRequest?> GetPullRequestAsync(int number, CancellationToken cancellationToken);

    /// <summary>Null where there is none of that number, and where it is a pull request.</summary>
    Task<Issue?> GetIssueAsync(int number, CancellationToken cancellationToken);

    /// <summary>
    /// The bot's own, in the order of their numbers: with a fingerprint, from a branch of the repository itself, by the
    /// user that the bot signs in as. What merely claims to be one is not among them. Of those that are not open, a forge
    /// with very many shows the newest.
    /// </summary>
    Task<IReadOnlyList<PullRequest>> ListPullRequestsAsync(PullRequestState state, CancellationToken cancellationToken);

    /// <summary>The bot's own, in the order of their numbers: with a fingerprint, by the user that the bot signs in as.</summary>
    Task<IReadOnlyList<Issue>> ListIssuesAsync(IssueState state, CancellationToken cancellationToken);

    /// <summary>Comments once: where the bot has a comment of that fingerprint, it is changed if it differs.</summary>
    /// <returns>Whether anything changed.</returns>
    Task<bool> EnsureCommentAsync(int number, Fingerprint fingerprint, string body, CancellationToken cancellationToken);

    /// <summary>Of everybody, oldest first.</summary>
    Task<IReadOnlyList<Comment>> ListCommentsAsync(int number, CancellationToken cancellationToken);

    /// <summary>Makes the bot's labels these; labels of others stay (<see cref="LabelNames"/>).</summary>
    /// <returns>Whether anything changed.</returns>
    Task<bool> EnsureLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken);

    /// <summary>
    /// Asks those for a review who are not asked yet; a team is owner/name. Whoever cannot be asked is left out: who is
    /// unknown, may not see the repository, or opened the pull request. <see cref="PullRequest.Reviewers"/> says who was.
    /// </summary>
    /// <returns>Whether anything changed.</returns>
    Task<bool> EnsureReviewersAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken);

    /// <returns>Whether anything changed.</returns>
    Task<bool> EnsureStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken);

    /// <summary>The last word of each check on a commit.</summary>
    Task<IReadOnlyList<CommitStatus>> ListChecksAsync(string sha, CancellationToken cancellationToken);

    /// <summary>Oldest first, dismissed ones left out. Whether one still holds is for the reader to say: see <see cref="Review.Sha"/>.</summary>
    Task<IReadOnlyList<Review>> ListReviewsAsync(int number, CancellationToken cancellationToken);

    /// <summary>Merges that very commit, and no other.</summary>
    /// <param name="expectedHead">The whole hash that was verified.</param>
    Task<MergeOutcome> MergeAsync(int number, string expectedHead, CancellationToken cancellationToken);

    /// <summary>Puts another text in place of the body of a pull request or an issue that is there, open or not; it never makes one.</summary>
    /// <param name="body">All of it, the fingerprint too.</param>
    /// <returns>Whether anything changed.</returns>
    Task<bool> EditBodyAsync(int number, string body, CancellationToken cancellationToken);

    /// <summary>Closes a pull request or an issue.</summary>
    /// <returns>Whether it was open.</returns>
    Task<bool> CloseAsync(int number, CancellationToken cancellationToken);
}
