namespace SelfHealGitOps.Policy;

/// <summary>By file, document, pointer and rule, ordinally: two runs over the same bytes say the same in the same order.</summary>
public sealed class FindingOrder : IComparer<Finding>
{
    private FindingOrder()
    {
    }

    public static FindingOrder Instance { get; } = new();

    public int Compare(Finding? x, Finding? y)
    {
        if (x is null || y is null)
        {
            return Comparer<object>.Default.Compare(x, y);
        }

        var order = string.CompareOrdinal(x.Origin.File, y.Origin.File);
        order = order != 0 ? order : x.Origin.Document.CompareTo(y.Origin.Document);
        order = order != 0 ? order : string.CompareOrdinal(x.Pointer, y.Pointer);
        order = order != 0 ? order : string.CompareOrdinal(x.Rule.Id, y.Rule.Id);
        order = order != 0 ? order : Nullable.Compare(x.Origin.Item, y.Origin.Item);
        return order != 0 ? order : string.CompareOrdinal(x.Message, y.Message);
    }
}
