namespace AgentKeys.Protocol;

/// <summary>
/// Finds the top-level members of clientDataJSON in one pass over its bytes, the same scan that the contract does.
/// <para>Verified: one object from the first byte that is no blank to the last; every top-level key plainly spelled, without an
/// escape (so no other spelling of <c>type</c> exists); none of the four names twice at the top level. Members may come in any
/// order, with others between them; what is nested never counts. Brackets match, at most 32 deep; no control characters.</para>
/// <para>NOT verified: the grammar inside nested values, of numbers, literals, escapes and UTF-8. For every text that a JSON parser
/// accepts, the members found here are the ones it finds; texts that none accepts may pass. The authenticator signed the text that
/// the browser wrote, and browsers write JSON.</para>
/// </summary>
public static class ClientDataScanner
{
    private const int MaxDepth = 32;

    public static ClientDataFault Scan(ReadOnlySpan<byte> clientDataJson, out ClientDataMembers members)
    {
        members = new ClientDataMembers();
        var cursor = new Cursor(clientDataJson);
        var fault = ScanObject(ref cursor, members);
        if (fault != ClientDataFault.None)
            members = new ClientDataMembers();
        return fault;
    }

    private static ClientDataFault ScanObject(ref Cursor cursor, ClientDataMembers members)
    {
        if (!cursor.TryTake((byte)'{'))
            return ClientDataFault.Malformed;
        if (cursor.TryTake((byte)'}'))
            return cursor.IsAtEnd() ? ClientDataFault.None : ClientDataFault.Malformed;

        do
        {
            if (!cursor.TrySkipKey(out var keyStart, out var key) || !cursor.TryTake((byte)':') || !cursor.TrySkipValue(out var start))
                return ClientDataFault.Malformed;
            if (!TryRecord(members, key, new ClientDataMember(keyStart, start, cursor.Position)))
                return ClientDataFault.Duplicate;
        }
        while (cursor.TryTake((byte)','));

        return cursor.TryTake((byte)'}') && cursor.IsAtEnd() ? ClientDataFault.None : ClientDataFault.Malformed;
    }

    private static bool TryRecord(ClientDataMembers members, ReadOnlySpan<byte> key, ClientDataMember member)
    {
        ClientDataMember? earlier = null;
        if (key.SequenceEqual("type"u8))
            (earlier, members.Type) = (members.Type, member);
        else if (key.SequenceEqual("challenge"u8))
            (earlier, members.Challenge) = (members.Challenge, member);
        else if (key.SequenceEqual("origin"u8))
            (earlier, members.Origin) = (members.Origin, member);
        else if (key.SequenceEqual("crossOrigin"u8))
            (earlier, members.CrossOrigin) = (members.CrossOrigin, member);
        return earlier is null;
    }

    private ref struct Cursor(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;

        public int Position { get; private set; }

        public bool IsAtEnd()
        {
            SkipBlanks();
            return Position == _text.Length;
        }

        /// <summary>Blanks, then this byte.</summary>
        public bool TryTake(byte expected)
        {
            SkipBlanks();
            if (Position == _text.Length || _text[Position] != expected)
                return false;
            Position++;
            return true;
        }

        /// <summary>Blanks, then a string without escapes.</summary>
        public bool TrySkipKey(out int start, out ReadOnlySpan<byte> key)
        {
            key = default;
            SkipBlanks();
            start = Position;
            if (!TrySkipString())
                return false;
            key = _text[(start + 1)..(Position - 1)];
            return !key.Contains((byte)'\\');
        }

        /// <summary>Blanks, then a string, an object or array (brackets that match, strings respected), or a run of plain characters.</summary>
        public bool TrySkipValue(out int start)
        {
            SkipBlanks();
            start = Position;
            if (Position == _text.Length)
                return false;
            return _text[Position] switch
            {
                (byte)'"' => TrySkipString(),
                (byte)'{' or (byte)'[' => TrySkipNested(),
                _ => TrySkipPlain(),
            };
        }

        private void SkipBlanks()
        {
            while (Position < _text.Length && IsBlank(_text[Position]))
                Position++;
        }

        private static bool IsBlank(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';

        private bool TrySkipString()
        {
            if (Position == _text.Length || _text[Position] != '"')
                return false;
            for (Position++; Position < _text.Length; Position++)
            {
                if (_text[Position] == '"')
                {
                    Position++;
                    return true;
                }
                if (_text[Position] == '\\' && ++Position == _text.Length)
                    return false;
                if (_text[Position] < ' ')
                    return false;
            }
            return false;
        }

        private bool TrySkipNested()
        {
            Span<byte> closers = stackalloc byte[MaxDepth];
            var depth = 0;
            while (Position < _text.Length)
            {
                var c = _text[Position];
                if (c == '"')
                {
                    if (!TrySkipString())
                        return false;
                    continue;
                }
                if (c is (byte)'{' or (byte)'[')
                {
                    if (depth == MaxDepth)
                        return false;
                    closers[depth++] = c == '{' ? (byte)'}' : (byte)']';
                }
                else if (c is (byte)'}' or (byte)']')
                {
                    if (closers[--depth] != c)
                        return false;
                }
                else if (c < ' ' && !IsBlank(c))
                {
                    return false;
                }
                Position++;
                if (depth == 0)
                    return true;
            }
            return false;
        }

        private bool TrySkipPlain()
        {
            var start = Position;
            while (Position < _text.Length && (char.IsAsciiLetterOrDigit((char)_text[Position]) || _text[Position] is (byte)'+' or (byte)'-' or (byte)'.'))
                Position++;
            return Position > start;
        }
    }
}
