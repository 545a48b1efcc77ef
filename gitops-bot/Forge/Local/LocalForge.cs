using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.Forge.Local;

/// <summary>
/// A forge of files: a bare repository, and a folder in which every pull request and issue is a Markdown file that people
/// may edit. <c>state: merged</c>, written by hand, is a wish to merge what the file says is at the head, and is carried
/// out at the next call that writes; <c>state: closed</c> is a fact. Calls that read work out what is so, and write nothing,
/// not even a folder. There are no users: reviews are what the file says, and bind nobody.
/// </summary>
internal sealed class LocalForge(string repository, string folder, TimeProvider time) : IForge
{
    private const string Self = "selfheal";
    private const int MaxPages = 100_000;

    private readonly BareRepository git = new(repository);

    /// <summary>As they were when the lock was taken.</summary>
    private IReadOnlyDictionary<string, string> branches = new Dictionary<string, string>();

    /// <summary>Wishes that this call could not carry out.</summary>
    private List<Unsettled> unsettled = [];

    public string Name => folder;

    public bool KnowsPeople => false;

    private string PullRequests => Path.Combine(folder, "pull-requests");

    private string Issues => Path.Combine(folder, "issues");

    public Task<Ensured> EnsurePullRequestAsync(PullRequestDraft draft, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        foreach (var request in AllPullRequests())
        {
            if (request is { State: PullRequestState.Open, IsOwn: true } && (request.Fingerprint == draft.Fingerprint || request.HeadBranch == draft.HeadBranch))
            {
                return Change(PullRequestPath(request.Number), request.Number, draft.Title, draft.FullBody, draft.Labels);
            }
        }

        var head = Head(draft.HeadBranch) ?? throw Refused("opening a pull request", $"there is no branch {draft.HeadBranch}", "push it first");
        var @base = Head(draft.BaseBranch) ?? throw Refused("opening a pull request", $"there is no branch {draft.BaseBranch}", "name one that is there");
        if (git.Contains(@base, head) || git.HasChangesOf(@base, head))
        {
            throw Refused("opening a pull request", $"{draft.BaseBranch} ({@base}) has all of {draft.HeadBranch} already", "commit something to it first");
        }

        var number = NextNumber();
        var path = PullRequestPath(number);
        Write(LocalPage.New(
            path,
            [
                ("state", "open"),
                ("title", LocalPage.Quoted(draft.Title)),
                ("head", LocalPage.Quoted(draft.HeadBranch)),
                ("base", LocalPage.Quoted(draft.BaseBranch)),
                ("head-sha", LocalPage.Quoted(head)),
                ("labels", LocalPage.QuotedList(draft.Labels)),
                ("reviewers", "[]"),
                ("by", Self),
                ("created", Now()),
            ],
            draft.FullBody), path);
        return new Ensured(number, true, true, path);
    }, cancellationToken);

    public Task<Ensured> EnsureIssueAsync(IssueDraft draft, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        foreach (var issue in AllIssues())
        {
            if (issue is { State: IssueState.Open, IsOwn: true } && issue.Fingerprint == draft.Fingerprint)
            {
                return Change(IssuePath(issue.Number), issue.Number, draft.Title, draft.FullBody, draft.Labels);
            }
        }

        var number = NextNumber();
        var path = IssuePath(number);
        Write(LocalPage.New(
            path,
            [
                ("state", "open"),
                ("title", LocalPage.Quoted(draft.Title)),
                ("labels", LocalPage.QuotedList(draft.Labels)),
                ("by", Self),
                ("created", Now()),
            ],
            draft.FullBody), path);
        return new Ensured(number, true, true, path);
    }, cancellationToken);

    public Task<PullRequest?> GetPullRequestAsync(int number, CancellationToken cancellationToken) =>
        ReadAsync(() => FindPullRequest(number), cancellationToken);

    public Task<Issue?> GetIssueAsync(int number, CancellationToken cancellationToken) =>
        ReadAsync(() => File.Exists(IssuePath(number)) ? IssueOf(number) : null, cancellationToken);

    public Task<IReadOnlyList<PullRequest>> ListPullRequestsAsync(PullRequestState state, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<PullRequest>>(
            () => [.. AllPullRequests().Where(request => request.State == state && request is { IsOwn: true, Fingerprint: not null })], cancellationToken);

    public Task<IReadOnlyList<Issue>> ListIssuesAsync(IssueState state, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<Issue>>(
            () => [.. AllIssues().Where(issue => issue.State == state && issue is { IsOwn: true, Fingerprint: not null })], cancellationToken);

    public Task<bool> EnsureCommentAsync(int number, Fingerprint fingerprint, string body, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        Require(number);
        var text = fingerprint.Append(body);
        var comments = CommentPages(number).ToList();
        foreach (var (path, page) in comments)
        {
            if (page.Text("by") == Self && Fingerprint.Find(page.Body) == fingerprint)
            {
                if (Fingerprint.IsSameText(page.Body, text))
                {
                    return false;
                }

                page.Body = text;
                Write(page, path);
                return true;
            }
        }

        AddComment(number, text);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<Comment>> ListCommentsAsync(int number, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<Comment>>(() =>
    {
        Require(number);
        return [.. CommentPages(number).Select(comment => new Comment(
            Path.GetFileNameWithoutExtension(comment.Path), comment.Page["by"].Text, comment.Page.Body, comment.Page.Text("by") == Self))];
    }, cancellationToken);

    public Task<bool> EnsureLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        var path = Require(number);
        var page = LocalPage.Read(path);
        var hasChanged = SetLabels(page, labels);
        if (hasChanged)
        {
            Write(page, path);
        }

        return hasChanged;
    }, cancellationToken);

    public Task<bool> EnsureReviewersAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        var path = Require(number);
        var page = LocalPage.Read(path);
        var asked = page.Texts("reviewers");
        string[] more = [.. reviewers.Except(asked, StringComparer.OrdinalIgnoreCase).Except(Reviews(page).Select(review => review.Reviewer ?? ""), StringComparer.OrdinalIgnoreCase)];
        if (more.Length == 0)
        {
            return false;
        }

        page.Set("reviewers", LocalPage.QuotedList([.. asked, .. more]));
        Write(page, path);
        return true;
    }, cancellationToken);

    public Task<bool> EnsureStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        var path = StatusPath(sha);
        List<CommitStatus> all = [.. Statuses(path)];
        var same = all.FindIndex(each => each.Context == status.Context);
        var sent = status with { Description = status.ShortDescription };
        if (same >= 0 && all[same] == sent)
        {
            return false;
        }

        if (same >= 0)
        {
            all[same] = sent;
        }
        else
        {
            all.Add(sent);
        }

        Write(LocalPage.New(path, all.Select(each => (LocalPage.Quoted(each.Context), LocalPage.QuotedList([each.State.ToString(), each.Description]))), $"Checks of {sha}."), path);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<CommitStatus>> ListChecksAsync(string sha, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<CommitStatus>>(() => [.. Statuses(StatusPath(sha))], cancellationToken);

    public Task<IReadOnlyList<Review>> ListReviewsAsync(int number, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<Review>>(() => [.. Reviews(LocalPage.Read(Require(number)))], cancellationToken);

    public Task<MergeOutcome> MergeAsync(int number, string expectedHead, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        var path = PullRequestPath(number);
        return File.Exists(path) ? Merge(LocalPage.Read(path), path, number, expectedHead) : new MergeOutcome.NotOpen();
    }, cancellationToken);

    public Task<bool> EditBodyAsync(int number, string body, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        var path = Require(number);
        var page = LocalPage.Read(path);
        if (Fingerprint.IsSameText(page.Body, body))
        {
            return false;
        }

        page.Body = body;
        Write(page, path);
        return true;
    }, cancellationToken);

    public Task<bool> CloseAsync(int number, CancellationToken cancellationToken) => UnderLockAsync(() =>
    {
        var path = Require(number);
        var page = LocalPage.Read(path);
        if (page.Text("state") != "open")
        {
            return false;
        }

        page.Set("state", "closed");
        Write(page, path);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<Unsettled>> SettleAsync(CancellationToken cancellationToken) => Directory.Exists(PullRequests)
        ? UnderLockAsync<IReadOnlyList<Unsettled>>(() => unsettled, cancellationToken)
        : Task.FromResult<IReadOnlyList<Unsettled>>([]);

    private static ForgeException Refused(string call, string problem, string remedy) => new("local forge", call, problem, remedy, isTransient: false);

    private async Task<T> UnderLockAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Directory.CreateDirectory(PullRequests);
            Directory.CreateDirectory(Issues);
            using var held = await LocalLock.TakeAsync(Path.Combine(folder, ".lock"), time, cancellationToken);
            branches = git.Branches();
            unsettled = [];
            foreach (var path in Pages(PullRequests))
            {
                Settle(path);
            }

            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ForgeException("local forge", $"working in {folder}", exception.Message, "see whether folder and repository are there and may be written to", isTransient: false, inner: exception);
        }
    }

    private async Task<T> ReadAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var held = await LocalLock.TakeIfThereAsync(Path.Combine(folder, ".lock"), time, cancellationToken);
            branches = git.Branches();
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ForgeException("local forge", $"reading {folder}", exception.Message, "see whether folder and repository are there and may be read", isTransient: false, inner: exception);
        }
    }

    /// <summary>Writes down what people have done to a page and to the repository since, and carries out what they want.</summary>
    private void Settle(string path)
    {
        var page = LocalPage.Read(path);
        var isWanted = page.Text("state") == "merged";
        if (!Follow(page))
        {
            return;
        }

        if (isWanted && page.Text("state") == "open")
        {
            var (headBranch, number) = (page.Text("head"), NumberOf(path));
            var why = Merge(page, path, number, page.Text("head-sha")) switch
            {
                MergeOutcome.Merged or MergeOutcome.AlreadyMerged => null,
                MergeOutcome.NotMergeable(var reason) => reason,
                _ => $"{headBranch} has moved since",
            };
            if (why is null)
            {
                return;
            }

            AddComment(number, $"`state: merged` was not carried out: {why}.");
            unsettled.Add(new(page.Text("title"), path, why));
        }

        Write(page, path);
    }

    /// <summary>Brings a page in line with the branches, in memory. A wish to merge leaves it open.</summary>
    /// <returns>Whether it is another one than before.</returns>
    private bool Follow(LocalPage page)
    {
        var state = page.Text("state");
        if (state is not ("open" or "merged" or "closed"))
        {
            throw page.Wrong($"state is '{state}'; must be open, merged or closed");
        }

        if (state == "closed" || page["merge-sha"].Exists)
        {
            return false;
        }

        var (headBranch, baseBranch, seen) = (page.Text("head"), page.Text("base"), page.Text("head-sha"));
        var (head, @base) = (Head(headBranch), Head(baseBranch));
        if (@base is not null && (git.Contains(@base, seen) || (head is not null && (git.Contains(@base, head) || git.HasChangesOf(@base, head)))))
        {
            // Somebody has merged it with git: the branch as it is or was, or its changes in one commit.
            page.Set("state", "merged");
            page.Set("merge-sha", LocalPage.Quoted(@base));
        }
        else if (state == "merged")
        {
            page.Set("state", "open");
        }
        else if (head is null)
        {
            page.Set("state", "closed");
        }
        else if (head != seen)
        {
            page.Set("head-sha", LocalPage.Quoted(head));
        }
        else
        {
            return false;
        }

        return true;
    }

    private MergeOutcome Merge(LocalPage page, string path, int number, string expectedHead)
    {
        var (headBranch, baseBranch) = (page.Text("head"), page.Text("base"));
        if (page["merge-sha"].Text is { } merged)
        {
            return new MergeOutcome.AlreadyMerged(merged);
        }

        if (page.Text("state") == "closed")
        {
            return new MergeOutcome.NotOpen();
        }

        var head = Head(headBranch);
        if (head != expectedHead)
        {
            return new MergeOutcome.HeadMoved(head);
        }

        if (Head(baseBranch) is not { } baseSha)
        {
            return new MergeOutcome.NotMergeable($"there is no branch {baseBranch}");
        }

        if (git.CheckedOutAt(baseBranch) is { } place)
        {
            return new MergeOutcome.NotMergeable($"{baseBranch} is checked out in {place}, where it would move under your files; run this there: git merge {headBranch}");
        }

        if (git.WriteMergedTree(baseSha, head) is not { } tree)
        {
            return new MergeOutcome.NotMergeable($"{headBranch} is in conflict with {baseBranch}");
        }

        var message = $"Merge pull request {number.ToString(CultureInfo.InvariantCulture)}: {page.Text("title")}\n";
        var merge = git.Merge(baseBranch, baseSha, headBranch, head, tree, message);
        branches = git.Branches();
        if (merge is not { } sha)
        {
            var now = Head(headBranch);
            return now != expectedHead ? new MergeOutcome.HeadMoved(now) : new MergeOutcome.NotMergeable($"{baseBranch} has moved meanwhile");
        }

        page.Set("state", "merged");
        page.Set("merge-sha", LocalPage.Quoted(sha));
        Write(page, path);
        return new MergeOutcome.Merged(sha);
    }

    private static Ensured Change(string path, int number, string title, string body, IReadOnlyList<string> labels)
    {
        var page = LocalPage.Read(path);
        var hasChanged = SetLabels(page, labels);
        if (page.Text("title") != title)
        {
            page.Set("title", LocalPage.Quoted(title));
            hasChanged = true;
        }

        if (!Fingerprint.IsSameText(page.Body, body))
        {
            page.Body = body;
            hasChanged = true;
        }

        if (hasChanged)
        {
            Write(page, path);
        }

        return new(number, false, hasChanged, path);
    }

    private static bool SetLabels(LocalPage page, IReadOnlyList<string> wanted)
    {
        var present = page.Texts("labels");
        var labels = LabelNames.Merge(present, wanted);
        if (LabelNames.AreSame(present, labels))
        {
            return false;
        }

        page.Set("labels", LocalPage.QuotedList(labels));
        return true;
    }

    private string? Head(string branch) => branches.GetValueOrDefault(branch);

    private IEnumerable<PullRequest> AllPullRequests() => Pages(PullRequests).Select(path => PullRequestOf(NumberOf(path)));

    private IEnumerable<Issue> AllIssues() => Pages(Issues).Select(path => IssueOf(NumberOf(path)));

    private PullRequest? FindPullRequest(int number) => File.Exists(PullRequestPath(number)) ? PullRequestOf(number) : null;

    private PullRequest PullRequestOf(int number)
    {
        var path = PullRequestPath(number);
        var page = LocalPage.Read(path);
        Follow(page);
        var state = page.Text("state") switch
        {
            "merged" => PullRequestState.Merged,
            "closed" => PullRequestState.ClosedUnmerged,
            _ => PullRequestState.Open,
        };
        var (headBranch, baseBranch) = (page.Text("head"), page.Text("base"));
        var (head, @base) = (Head(headBranch), Head(baseBranch));
        var mergeability = state != PullRequestState.Open || head is null || @base is null ? Mergeability.Unknown
            : git.MergedTree(@base, head) is null ? Mergeability.Conflict
            : Mergeability.Clean;
        var reviewed = Reviews(page).Select(review => review.Reviewer ?? "");
        return new(
            number, state, page.Text("title"), page.Body, headBranch, head, baseBranch, mergeability, page.Texts("labels"),
            [.. page.Texts("reviewers").Except(reviewed, StringComparer.OrdinalIgnoreCase)], page.Text("by") == Self, page["merge-sha"].Text, path);
    }

    private Issue IssueOf(int number)
    {
        var path = IssuePath(number);
        var page = LocalPage.Read(path);
        return new(
            number, page.Text("state") == "open" ? IssueState.Open : IssueState.Closed, page.Text("title"), page.Body, page.Texts("labels"), page.Text("by") == Self, path);
    }

    private static List<Review> Reviews(LocalPage page)
    {
        var reviews = new List<Review>();
        foreach (var each in page["reviews"].Elements)
        {
            reviews.Add(new(
                each["by"].Text,
                each["state"].Text switch
                {
                    "approved" => ReviewState.Approved,
                    "changes-requested" => ReviewState.ChangesRequested,
                    _ => ReviewState.Commented,
                },
                each["sha"].Text,
                HasWriteAccess: null));
        }

        return reviews;
    }

    private static List<CommitStatus> Statuses(string path)
    {
        var statuses = new List<CommitStatus>();
        if (!File.Exists(path))
        {
            return statuses;
        }

        var page = LocalPage.Read(path);
        foreach (var entry in page.Root.Entries)
        {
            var context = entry.Key;
            statuses.Add(page.Texts(context) is [var state, var description] && Enum.TryParse<CheckState>(state, ignoreCase: true, out var known)
                ? new(context, known, description)
                : throw page.Wrong($"'{context}' must be a list of state and description"));
        }

        return statuses;
    }

    private IEnumerable<(string Path, LocalPage Page)> CommentPages(int number) => Pages(CommentFolder(number)).Select(path => (path, LocalPage.Read(path)));

    private void AddComment(int number, string text)
    {
        var comments = CommentFolder(number);
        Directory.CreateDirectory(comments);
        var next = Pages(comments).Select(NumberOf).DefaultIfEmpty(0).Max() + 1;
        var path = Path.Combine(comments, FileName(next));
        Write(LocalPage.New(path, [("by", Self), ("created", Now())], text), path);
    }

    /// <summary>The page of a pull request or an issue.</summary>
    private string Require(int number) =>
        File.Exists(PullRequestPath(number)) ? PullRequestPath(number)
        : File.Exists(IssuePath(number)) ? IssuePath(number)
        : throw Refused("finding a pull request or issue", $"there is none of number {number}", "look into the folder");

    /// <summary>No number twice, also where somebody took a page away: its comments would become those of another.</summary>
    private int NextNumber()
    {
        var comments = Path.Combine(folder, "comments");
        var commented = Directory.Exists(comments) ? Directory.EnumerateDirectories(comments).Select(path => NumberOf($"{path}.md")) : [];
        return Pages(PullRequests).Concat(Pages(Issues)).Select(NumberOf).Concat(commented).DefaultIfEmpty(0).Max() + 1;
    }

    /// <summary>By number. Files of other names are people's own.</summary>
    private static IEnumerable<string> Pages(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.md").Where(path => NumberOf(path) > 0).Take(MaxPages).OrderBy(NumberOf)
        : [];

    private static int NumberOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && FileName(number) == Path.GetFileName(path) ? number : 0;

    private static string FileName(int number) => $"{number.ToString("0000", CultureInfo.InvariantCulture)}.md";

    private string PullRequestPath(int number) => Path.Combine(PullRequests, FileName(number));

    private string IssuePath(int number) => Path.Combine(Issues, FileName(number));

    private string CommentFolder(int number) => Path.Combine(folder, "comments", number.ToString("0000", CultureInfo.InvariantCulture));

    private string StatusPath(string sha) => sha.Length is 40 or 64 && sha.All(char.IsAsciiHexDigitLower)
        ? Path.Combine(folder, "checks", $"{sha}.md")
        : throw new ArgumentException($"'{sha}' is no whole hash of a commit");

    private string Now() => LocalPage.Quoted(time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));

    private static void Write(LocalPage page, string path)
    {
        var bytes = Encoding.UTF8.GetBytes(page.ToString());
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            AtomicFile.Replace(path, bytes);
        }
        else
        {
            AtomicFile.Create(path, bytes);
        }
    }
}
