using System.Text;
using System.Text.Json;
using AgentKeys.Protocol;
using FsCheck.Fluent;
using Xunit;

namespace AgentKeys.Tests.WebAuthn;

public class ClientDataScannerTests
{
    private static ClientDataFault Scan(string json, out ClientDataMembers members) => ClientDataScanner.Scan(Encoding.UTF8.GetBytes(json), out members);

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    [Theory]
    [InlineData("""{"type":"t","challenge":"c","origin":"o","crossOrigin":false}""", 1, 12, 28, 41)]
    [InlineData("""{"origin":"o","challenge":"c","type":"t"}""", 30, 14, 1, null)]
    [InlineData("""{"androidPackageName":"com.example","type":"t","challenge":"c","origin":"o"}""", 36, 47, 63, null)]
    [InlineData("{ \"type\"\t:\n\"t\"\r, \"challenge\" : \"c\" }  ", 2, 17, null, null)]
    [InlineData("""{"a":{"type":"x","challenge":"x","origin":"x","crossOrigin":true},"type":"t"}""", 66, null, null, null)]
    [InlineData("""{"a":[{"type":"x"}],"type":"t"}""", 20, null, null, null)]
    [InlineData("""{"a":"\"type\":\"x\"","type":"t"}""", 22, null, null, null)]
    [InlineData("""{"a":"{","b":"}","c":["]","\\"],"type":"t"}""", 32, null, null, null)]
    [InlineData("""{"Type":"x","types":"x","typ":"x","TYPE":"x"}""", null, null, null, null)]
    [InlineData("""{"a":1,"a":2,"b":-1.5e+3,"c":true,"d":null,"type":"t"}""", 43, null, null, null)]
    [InlineData("{}", null, null, null, null)]
    [InlineData(" { } ", null, null, null, null)]
    public void Top_level_members_are_found(string json, int? type, int? challenge, int? origin, int? crossOrigin)
    {
        Assert.Equal(ClientDataFault.None, Scan(json, out var members));
        Assert.Equal((type, challenge, origin, crossOrigin), (members.Type?.KeyIndex, members.Challenge?.KeyIndex, members.Origin?.KeyIndex, members.CrossOrigin?.KeyIndex));
    }

    [Fact]
    public void Values_are_given_as_they_stand()
    {
        var json = """{"type" : "a\"b" , "challenge":[1, {"x":2}],"origin":null,"crossOrigin": 1 }"""u8;
        Assert.Equal(ClientDataFault.None, ClientDataScanner.Scan(json, out var members));
        Assert.True(members.Type!.Value.RawValue(json).SequenceEqual("\"a\\\"b\""u8));
        Assert.True(members.Challenge!.Value.RawValue(json).SequenceEqual("[1, {\"x\":2}]"u8));
        Assert.True(members.Origin!.Value.RawValue(json).SequenceEqual("null"u8));
        Assert.True(members.CrossOrigin!.Value.RawValue(json).SequenceEqual("1"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{}x")]
    [InlineData("{}{}")]
    [InlineData("{,}")]
    [InlineData("""{"type"}""")]
    [InlineData("""{"type":}""")]
    [InlineData("""{"type":"t",}""")]
    [InlineData("""{"type":"t" "origin":"o"}""")]
    [InlineData("""{"type":"t","origin"}""")]
    [InlineData("""{"type":"t"]""")]
    [InlineData("""{"type":"t""")]
    [InlineData("""{"type":"t\""")]
    [InlineData("""{"type":"t\"}""")]
    [InlineData("""{type:"t"}""")]
    [InlineData("""{'type':'t'}""")]
    [InlineData("""{"ty\u0070e":"t"}""")]
    [InlineData("""{"a\"b":"t"}""")]
    [InlineData("""{"a":[}""")]
    [InlineData("""{"a":[1}]}""")]
    [InlineData("""{"a":{1]}""")]
    [InlineData("""{"a":]}""")]
    [InlineData("""{"a":/**/1}""")]
    [InlineData("""{"a":1 2}""")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("{\"a\":\"\\\n\"}")]
    [InlineData("{\"a\u0001\":1}")]
    [InlineData("{\"a\":[\u0001]}")]
    [InlineData("\ufeff{}")]
    [InlineData("{}\0")]
    [InlineData("""{"a":1} x""")]
    [InlineData("""{"a":1}{"a":1}""")]
    public void Malformed_texts_are_refused(string json)
    {
        Assert.Equal(ClientDataFault.Malformed, Scan(json, out var members));
        Assert.Null(members.Type);
    }

    [Fact]
    public void Nesting_has_a_limit()
    {
        Assert.Equal(ClientDataFault.None, Scan($$"""{"a":{{Nested(32)}}}""", out _));
        Assert.Equal(ClientDataFault.Malformed, Scan($$"""{"a":{{Nested(33)}}}""", out _));
    }

    [Theory]
    [InlineData("type")]
    [InlineData("challenge")]
    [InlineData("origin")]
    [InlineData("crossOrigin")]
    public void A_name_with_a_meaning_comes_once(string name)
    {
        Assert.Equal(ClientDataFault.Duplicate, Scan($$"""{"{{name}}":"a","b":0,"{{name}}":"a"}""", out _));
        Assert.Equal(ClientDataFault.None, Scan($$"""{"{{name}}":"a","b":{"{{name}}":"a"} }""", out _));
    }

    /// <summary>Members of the kinds that could confuse a scan; joined they are JSON, with one character changed they nearly are.</summary>
    private static readonly string[] s_members =
    [
        "\"type\":\"t\"", "\"challenge\" : \"c\"", "\"origin\":\"o\"", "\"crossOrigin\":false", "\"a\":{\"type\":\"x\"}", "\"b\":\"},\"",
        "\"c\":[\"]\",{\"origin\":1},[]]", "\"d\":\"\\\"type\\\":\"", "\"e\":\"\\\\\"", "\"f\":-1.5e+3", "\"g\":{\"h\":{}}", " \"i\" :\ttrue\n", "\"\":null",
    ];

    private static string AlmostJson(Random random)
    {
        random.Shuffle(s_members);
        var text = "{" + string.Join(',', s_members.Take(random.Next(s_members.Length + 1))) + "}";
        const string Signs = "{}[]:,\"\\ t1";
        return random.Next(3) == 0 ? text : text.Remove(random.Next(text.Length), 1).Insert(random.Next(text.Length), Signs[random.Next(Signs.Length)].ToString());
    }

    /// <summary>For every text that a JSON parser accepts without duplicates: accepted, and the same members with the same values.</summary>
    [Fact]
    public void Agrees_with_a_JSON_parser_on_all_that_is_JSON()
    {
        var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
        var random = new Random(20261122);
        var accepted = 0;
        for (var round = 0; round < 6_000; round++)
        {
            var text = AlmostJson(random);
            var fault = Scan(text, out var members);
            try
            {
                using var document = JsonDocument.Parse(text, options);
                if (text.Contains('\\', StringComparison.Ordinal) && fault == ClientDataFault.Malformed)
                    continue; // an escape in a key: JSON, and refused here
                Assert.True(fault == ClientDataFault.None, text);
                AssertSame(document.RootElement, "type", members.Type, text);
                AssertSame(document.RootElement, "challenge", members.Challenge, text);
                AssertSame(document.RootElement, "origin", members.Origin, text);
                AssertSame(document.RootElement, "crossOrigin", members.CrossOrigin, text);
                accepted++;
            }
            catch (JsonException)
            {
                // Not JSON, or a duplicate: only that nothing was thrown matters here.
            }
        }
        Assert.True(accepted > 1_500, $"only {accepted} texts were JSON");
    }

    private static void AssertSame(JsonElement root, string name, ClientDataMember? member, string text)
    {
        Assert.Equal(root.TryGetProperty(name, out var value), member is not null);
        if (member is not null)
            Assert.Equal(value.GetRawText(), Encoding.UTF8.GetString(member.Value.RawValue(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Arbitrary_bytes_never_throw() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
        {
            _ = ClientDataScanner.Scan(bytes ?? [], out _);
            _ = ClientDataScanner.Scan([(byte)'{', (byte)'"', .. bytes ?? []], out _);
            return true;
        }));
}
