using AgentKeys.Protocol;
using AgentKeys.Storage;
using Xunit;

namespace AgentKeys.Tests.Storage;

public sealed class StorageSessionHeadersTests
{
    private const string L = StorageSessionHeaders.LocalToken, I = StorageSessionHeaders.AccessKeyId,
        S = StorageSessionHeaders.SecretAccessKey, T = StorageSessionHeaders.SessionToken;

    private static Result<StorageSession> Parse(params (string Name, string Value)[] headers) =>
        StorageSessionHeaders.Parse(name => [.. headers.Where(header => header.Name == name).Select(header => header.Value)]);

    [Fact]
    public void Each_kind_alone_and_complete_is_a_session()
    {
        Assert.Equal(new StorageSession.Local("tok"), Parse((L, "tok")).Value);
        Assert.Equal(new StorageSession.Cloud("id", "sec", "ses"), Parse((I, "id"), (S, "sec"), (T, "ses")).Value);
    }

    public static TheoryData<string, (string, string)[]> Refused => new()
    {
        { "none", [] },
        { "no id", [(S, "sec"), (T, "ses")] },
        { "no secret", [(I, "id"), (T, "ses")] },
        { "no session token", [(I, "id"), (S, "sec")] },
        { "empty local", [(L, "")] },
        { "empty id", [(I, ""), (S, "sec"), (T, "ses")] },
        { "empty secret", [(I, "id"), (S, ""), (T, "ses")] },
        { "empty session token", [(I, "id"), (S, "sec"), (T, "")] },
        { "both", [(L, "tok"), (I, "id"), (S, "sec"), (T, "ses")] },
        { "local and a part of cloud", [(L, "tok"), (I, "id")] },
        { "local twice", [(L, "tok"), (L, "tok")] },
        { "secret twice", [(I, "id"), (S, "sec"), (S, "sec"), (T, "ses")] },
        { "blank", [(L, " ")] },
        { "space inside", [(L, "a b")] },
        { "too long", [(L, new string('a', StorageSessionHeaders.MaxLength + 1))] },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Anything_else_is_required_again(string what, (string, string)[] headers)
    {
        Assert.False(Parse(headers).IsOk(out _, out var refusal), what);
        Assert.Equal(RefusalCode.StorageSessionRequired, refusal!.Code);
    }

    [Fact]
    public void Sessions_never_show_their_secrets()
    {
        StorageSession[] sessions = [new StorageSession.Local("TOPSECRET"), new StorageSession.Cloud("TOPSECRET", "TOPSECRET", "TOPSECRET"), new StorageSession.Worker()];
        Assert.All(sessions, session => Assert.DoesNotContain("TOPSECRET", $"{session}", StringComparison.Ordinal));
    }
}
