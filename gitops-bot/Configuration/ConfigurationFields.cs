using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>
/// Shapes that the sections of the configuration share. What is wrong is reported and read as left out; what is null reads
/// as left out. Nothing that may be a secret, or a URL with one inside, gets into a message.
/// </summary>
/// <param name="folder">That relative paths start from: the configuration's own. Full.</param>
internal sealed class ConfigurationFields(PolicyProblems problems, string folder)
{
    public const string VariablePattern = "^[A-Z_][A-Z0-9_]{0,127}$";

    /// <summary>Of forges and clusters.</summary>
    public const string NamePattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

    public static readonly string[] SecretKeys = ["env", "file"];

    private const string SecretShape = "must be {env: NAME} or {file: PATH}";

    public static bool Fits(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant);

    public void Report(Field place, string message) => problems.Add(place, message);

    /// <summary>Reports what is no map, and unknown keys.</summary>
    public bool IsMap(Field field, params IReadOnlyList<string> keys) => PolicyFields.CheckMap(field, problems, keys);

    /// <summary>Reports what is no map. Its keys are the owner's.</summary>
    public bool IsMap(Field field) => PolicyFields.IsMap(field, problems);

    /// <summary>The same for a place where a secret could stand by mistake: neither values nor unknown keys are shown.</summary>
    public bool IsGuardedMap(Field field, string wanted, params IReadOnlyList<string> keys)
    {
        if (!field.Exists)
        {
            return false;
        }

        if (!field.IsMap)
        {
            Report(field, $"a secret is never written here, and this is no map; {wanted}");
            return false;
        }

        foreach (var entry in field.Entries)
        {
            if (!keys.Contains(entry.Key))
            {
                // A hint may name the known key; the unknown one may be the secret itself.
                Report(field, $"has an unknown key{Nearest.Hint(entry.Key, keys)}; {wanted}");
            }
        }

        return true;
    }

    /// <summary>The maps of a list. An element that is none is reported.</summary>
    public List<Field> MapsOf(Field field, params IReadOnlyList<string> keys)
    {
        var maps = new List<Field>();
        PolicyFields.CheckList(field, problems);
        foreach (var element in field.Elements)
        {
            if (!element.Exists)
            {
                Report(element, "null is no map; must be keys with values");
            }
            else if (IsMap(element, keys))
            {
                maps.Add(element);
            }
        }

        return maps;
    }

    public string? Text(Field field) => PolicyFields.TextOf(field, problems) is { } text && IsOneLine(field, text) ? text : null;

    /// <param name="wanted">What it must be, with an example.</param>
    public string? Text(Field field, string pattern, string wanted)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }

        if (Fits(text, pattern))
        {
            return text;
        }

        Report(field, $"{Excerpt.Of(text)} does not do; {wanted}");
        return null;
    }

    public List<(string Text, Field Place)> TextsOf(Field field) =>
        [.. PolicyFields.TextsOf(field, problems).Where(each => IsOneLine(each.Place, each.Text))];

    public bool? Switch(Field field)
    {
        if (field.Exists && !field.IsTrue && !field.IsFalse)
        {
            Report(field, $"{Seen.Of(field)} is no switch; must be true or false");
        }

        return field.IsTrue ? true : field.IsFalse ? false : null;
    }

    public long? Integer(Field field, long least, long most)
    {
        if (!field.Exists)
        {
            return null;
        }

        if (field.Integer is { } number && number >= least && number <= most)
        {
            return number;
        }

        Report(field, $"{Seen.Of(field)} does not do; must be a whole number from {least} to {most}");
        return null;
    }

    public TimeSpan? Duration(Field field, TimeSpan least, TimeSpan most)
    {
        if (!field.Exists)
        {
            return null;
        }

        if (field.IsString && DurationText.TryParse(field.Text!, out var duration) && duration >= least && duration <= most)
        {
            return duration;
        }

        Report(field, $"{Seen.Of(field)} does not do; must be a time from {DurationText.Of(least)} to {DurationText.Of(most)}, such as 90s, 5m, 1h30m or 14d");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public T? Word<T>(Field field, string what, IReadOnlyList<(string Word, T Value)> words)
        where T : struct
    {
        if (!field.Exists)
        {
            return null;
        }

        foreach (var (word, value) in words)
        {
            if (field.IsString && field.Text == word)
            {
                return value;
            }
        }

        Report(field, PolicyFields.NoneOf(field, what, [.. words.Select(each => each.Word)]));
        return null;
    }

    /// <summary>A full path.</summary>
    public string? PathOf(Field field)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }

        if (text.StartsWith('~'))
        {
            Report(field, $"{Excerpt.Of(text)} begins with '~', which nothing expands; must be a path, from the folder of this file or from the root");
            return null;
        }

        return Full(text);
    }

    /// <summary>An <c>https://</c> URL, or an <c>http://</c> one to this machine.</summary>
    public Uri? UrlOf(Field field)
    {
        if (!field.Exists)
        {
            return null;
        }

        var problem = !field.IsString || !Uri.TryCreate(field.Text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")
                || url.Host.Length == 0 || field.Text!.Any(c => c <= ' ' || char.IsControl(c))
                ? "is no URL; must be one that begins with https://"
            : url.UserInfo.Length > 0 ? "holds a user or a password; give credentials apart from it"
            : url.Query.Length > 0 || url.Fragment.Length > 0 ? "has a query or a fragment; must have none"
            : url.Scheme == "http" && !url.IsLoopback ? $"http://{url.Host} would carry secrets in the clear; must begin with https://"
            : null;
        if (problem is null)
        {
            return new Uri(field.Text!);
        }

        Report(field, problem);
        return null;
    }

    public SecretSource? SecretOf(Field field)
    {
        var before = problems.All.Count;
        if (!IsGuardedMap(field, SecretShape, SecretKeys) || problems.All.Count > before)
        {
            return null;
        }

        var (variable, file) = (field["env"], field["file"]);
        if (variable.Exists == file.Exists)
        {
            Report(field, $"{(variable.Exists ? "has both env and file" : "says not where the secret is")}; {SecretShape}");
            return null;
        }

        if (variable.Exists)
        {
            if (variable.IsString && Fits(variable.Text!, VariablePattern) && !variable.Text!.EndsWith('\n'))
            {
                return new SecretSource.Variable(variable.Text!);
            }

            Report(variable, "is no name of an environment variable; must be capital letters, digits and underscores, and is not shown in case it is the secret");
            return null;
        }

        if (file is { IsString: true, Utf8.IsEmpty: false } && !file.Text!.Any(char.IsControl) && !file.Text!.StartsWith('~'))
        {
            return new SecretSource.InFile(Full(file.Text!));
        }

        Report(file, "is no path; must be one, from the folder of this file or from the root, and is not shown in case it is the secret");
        return null;
    }

    public List<Glob> GlobsOf(Field field)
    {
        var globs = new List<Glob>();
        foreach (var (text, place) in TextsOf(field))
        {
            if (GlobOf(text, place) is { } glob)
            {
                globs.Add(glob);
            }
        }

        return globs;
    }

    public Glob? GlobOf(string text, Field place)
    {
        if (!Glob.TryParse(text, out var glob, out var problem))
        {
            Report(place, $"{Excerpt.Of(text)}: {problem}");
        }

        return glob;
    }

    private string Full(string path) => Path.GetFullPath(Path.Combine(folder, path));

    private bool IsOneLine(Field field, string text)
    {
        if (!text.Any(char.IsControl))
        {
            return true;
        }

        Report(field, "has control characters; must be one line of text");
        return false;
    }
}
