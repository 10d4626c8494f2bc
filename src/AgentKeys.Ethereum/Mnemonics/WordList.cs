namespace AgentKeys.Ethereum;

/// <summary>BIP-39's English list, 2048 words in order, as bytes: a word that is looked for never becomes a string.</summary>
internal static class WordList
{
    public const int Count = 2048;

    private const int LongestWord = 8;
    private static readonly byte[] s_text = Read();
    private static readonly int[] s_starts = Starts();

    /// <summary>Index of a lower-case word; below zero: it is not in the list.</summary>
    public static int IndexOf(ReadOnlySpan<byte> word)
    {
        int low = 0, high = Count - 1;
        while (low <= high && word.Length <= LongestWord)
        {
            var middle = (low + high) / 2;
            var order = word.SequenceCompareTo(Word(middle));
            if (order == 0)
                return middle;
            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }
        return -1;
    }

    public static ReadOnlySpan<byte> Word(int index) => s_text.AsSpan(s_starts[index]..(s_starts[index + 1] - 1));

    private static byte[] Read()
    {
        using var resource = typeof(WordList).Assembly.GetManifestResourceStream("AgentKeys.Ethereum.english.txt")!;
        var text = new byte[resource.Length];
        resource.ReadExactly(text);
        return text;
    }

    private static int[] Starts()
    {
        var starts = new int[Count + 1];
        for (int i = 0, word = 0; i < s_text.Length; i++)
        {
            if (s_text[i] == '\n')
                starts[++word] = i + 1;
        }
        return starts;
    }
}
