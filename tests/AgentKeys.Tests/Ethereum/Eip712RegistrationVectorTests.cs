using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

/// <summary>
/// tests/vectors/eip712-registration.json is shared with the contracts: what a device signs when it is registered. It is made by
/// this code from fixed values (RFC 6979 signs the same bytes every time) and must stay what this code makes.
/// To write it anew: AGENTKEYS_WRITE_VECTORS=1 dotnet test tests/AgentKeys.Tests --filter Eip712RegistrationVector
/// </summary>
public class Eip712RegistrationVectorTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Make()
    {
        var type = Eip712Type.Parse("Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)");
        var domain = new Eip712Domain("AgentKeys", "1", 31337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"));
        const string OpName = "agentkeys:v1:register-first-master";
        var op = Keccak256.Hash("agentkeys:v1:register-first-master"u8);
        byte[] operatorOmni = [.. Enumerable.Repeat((byte)0x11, 32)], actor = [.. Enumerable.Repeat((byte)0x22, 32)], passkeyHash = [.. Enumerable.Repeat((byte)0x33, 32)];
        const ulong Deadline = 1767225600;
        var structHash = type.Hash(op, operatorOmni, actor, 1, 7, passkeyHash, Deadline);
        var digest = Eip712.Digest(domain, structHash);

        // The well-known second account of every development chain.
        var privateKey = Hex.Decode("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");
        using var key = Secp256k1Key.FromPrivateKey(privateKey, Secp256k1Backend.Portable);
        var vector = new JsonObject
        {
            ["type"] = type.ToString(),
            ["typeHash"] = Hex.Encode(type.TypeHash()),
            ["domain"] = new JsonObject
            {
                ["name"] = domain.Name,
                ["version"] = domain.Version,
                ["chainId"] = domain.ChainId,
                ["verifyingContract"] = domain.VerifyingContract.ToString(),
            },
            ["domainSeparator"] = Hex.Encode(domain.Separator()),
            ["opName"] = OpName,
            ["message"] = new JsonObject
            {
                ["op"] = Hex.Encode(op),
                ["operator"] = Hex.Encode(operatorOmni),
                ["actor"] = Hex.Encode(actor),
                ["tier"] = 1,
                ["roles"] = 7,
                ["passkeyHash"] = Hex.Encode(passkeyHash),
                ["deadline"] = Deadline,
            },
            ["structHash"] = Hex.Encode(structHash),
            ["digest"] = Hex.Encode(digest),
            ["privateKey"] = Hex.Encode(privateKey),
            ["address"] = key.Address.ToString(),
            ["signature"] = key.SignDigest(digest).ToString(),
        };
        return vector.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    [Fact]
    public void The_shared_vector_is_what_this_code_makes()
    {
        var made = Make();
        // The same values in viem and ethers gave this digest: the file does not only agree with itself.
        Assert.Contains("0xf324f7f62cabfeffd4768d5225a5350fe804b1b0817ca07e18cf917811ca79cb", made, StringComparison.Ordinal);
        Assert.Contains(
            "0x01ec97f0265141f0926a7ce078d5d995553c25b756f7fd8a246000da65c3267c0e57aef8d550a57ae1f2c060e30e447f7fa3ec54dc81267361f84fd2fd76c2071b",
            made,
            StringComparison.Ordinal);

        var path = Find("tests/vectors/eip712-registration.json");
        if (Environment.GetEnvironmentVariable("AGENTKEYS_WRITE_VECTORS") == "1")
            File.WriteAllText(path, made);
        Assert.Equal(made, File.ReadAllText(path));
    }

    /// <summary>Upwards from the test's assembly to the folder that holds the solution.</summary>
    private static string Find(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Chain.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("Chain.sln is nowhere above the tests."), relative);
    }
}
