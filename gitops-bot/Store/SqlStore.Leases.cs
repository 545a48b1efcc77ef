namespace SelfHealGitOps.Bot.Store;

internal abstract partial class SqlStore
{
    public async Task<LeaseAnswer> AcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        Lease? granted = null;
        try
        {
            var answer = await WriteAsync<LeaseAnswer>(
                async session =>
                {
                    await session.ExecuteAsync(
                        "INSERT INTO leases (name, holder, token, expires, guarded) VALUES (@name, '', 0, 0, 0) ON CONFLICT (name) DO NOTHING", cancellationToken, ("name", name));
                    var row = (await session.QueryAsync(
                        $"SELECT holder, token, expires, guarded FROM leases WHERE name = @name{RowLock}",
                        row => (Holder: row.GetString(0), Token: row.GetInt64(1), Expires: StoredTime.Read(row.GetInt64(2)), IsGuarded: row.GetInt64(3) != 0),
                        cancellationToken,
                        ("name", name))).Single();
                    // Not before: whoever waited for the row has waited some of the other's time as well.
                    var now = clock.GetUtcNow();
                    var isGone = row.IsGuarded && HolderIsGone(name, row.Token);
                    if (row.Holder.Length > 0 && row.Expires > now && !isGone)
                    {
                        return new LeaseAnswer.Taken(row.Holder, row.Expires);
                    }

                    granted = new Lease(name, holder, row.Token + 1, StoredTime.Read(StoredTime.Of(now + duration)));
                    await session.ExecuteAsync(
                        "UPDATE leases SET holder = @holder, token = @token, expires = @expires, guarded = @guarded WHERE name = @name",
                        cancellationToken,
                        ("holder", holder),
                        ("token", granted.Token),
                        ("expires", StoredTime.Of(granted.Expires)),
                        ("guarded", Guard(name, granted.Token) ? 1L : 0L),
                        ("name", name));
                    return new LeaseAnswer.Granted(granted);
                },
                cancellationToken);
            granted = null;
            return answer;
        }
        finally
        {
            if (granted is not null)
            {
                Unguard(name, granted.Token);
            }
        }
    }

    public Task<Lease?> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => WriteAsync(
        async session =>
        {
            if (!await HoldsAsync(session, lease, cancellationToken))
            {
                return null;
            }

            var renewed = lease with { Expires = StoredTime.Read(StoredTime.Of(clock.GetUtcNow() + duration)) };
            await session.ExecuteAsync(
                "UPDATE leases SET expires = @expires WHERE name = @name", cancellationToken, ("expires", StoredTime.Of(renewed.Expires)), ("name", lease.Name));
            return renewed;
        },
        cancellationToken);

    public async Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        // The row stays: the next token is above this one.
        await WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE leases SET holder = '' WHERE name = @name AND holder = @holder AND token = @token",
                cancellationToken,
                ("name", lease.Name),
                ("holder", lease.Holder),
                ("token", lease.Token)),
            cancellationToken);
        Unguard(lease.Name, lease.Token);
    }

    /// <summary>Whether the process that got this token has ended. False where nobody can tell: then only time ends a lease.</summary>
    protected virtual bool HolderIsGone(string name, long token) => false;

    /// <summary>Leaves a sign that goes with this process. False where there is none to be had.</summary>
    protected virtual bool Guard(string name, long token) => false;

    protected virtual void Unguard(string name, long token)
    {
    }

    /// <summary>A lease that ran out is still held while nobody else has got it: the row is this transaction's own.</summary>
    private async Task<bool> HoldsAsync(SqlSession session, Lease lease, CancellationToken cancellationToken) => (await session.QueryAsync(
        $"SELECT token FROM leases WHERE name = @name AND holder = @holder AND token = @token{RowLock}",
        row => row.GetInt64(0),
        cancellationToken,
        ("name", lease.Name),
        ("holder", lease.Holder),
        ("token", lease.Token))).Count == 1;
}
