using System.Globalization;
using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Benchmarks;

/// <summary>Sealing and opening an object beside AesGcm alone, with a fresh key each time, as every object has one.</summary>
internal static class EnvelopeBench
{
    private const string Name = "envelope";

    public static async Task<IReadOnlyList<Finding>> RunAsync(BenchContext context, CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var size in (int[])[1024, 64 * 1024])
        {
            var kib = (size / 1024).ToString(CultureInfo.InvariantCulture);
            var value = RandomNumberGenerator.GetBytes(size);
            using var sealedObject = new SealedObject(value);
            var plain = new PlainCipher(value);
            var times = await context.Measure.MicrosecondsAsync(
                context.Measure.Turn(sealedObject.Seal), context.Measure.Turn(plain.Encrypt), context.Measure.Turn(sealedObject.Open), context.Measure.Turn(plain.Decrypt));
            findings.Add(new Finding(Name, $"sealing {kib} KiB") { Figure = times[0], Unit = "us cpu", Beside = "AesGcm", BesideFigure = times[1], Ratio = times[0] / times[1] });
            findings.Add(new Finding(Name, $"opening {kib} KiB") { Figure = times[2], Unit = "us cpu", Beside = "AesGcm", BesideFigure = times[3], Ratio = times[2] / times[3] });
        }

        return findings;
    }

    /// <summary>Without the signer's part: the data key is wrapped once, before.</summary>
    private sealed class SealedObject : IDisposable
    {
        private readonly WrapContext _context;
        private readonly WrappedKey _wrapped;
        private readonly DataKey _dataKey = new(RandomNumberGenerator.GetBytes(DataKey.Size));
        private readonly byte[] _value;
        private readonly byte[] _envelope;

        public SealedObject(byte[] value)
        {
            var secret = RandomNumberGenerator.GetBytes(KeyWrap.SecretSize);
            var salt = RandomNumberGenerator.GetBytes(KeyWrap.SaltSize);
            _context = new WrapContext(DataClass.Credentials, Random(), Random(), new ObjectName(ServiceName.Parse("bench_key")), KeyKind.Ring, KeyId.OfRingKey(secret, 1), 1);
            _wrapped = new WrappedKey(KeyWrap.Wrap(secret, salt, _context, _dataKey), salt, _context.Epoch, _context.Kind, _context.KeyId);
            _value = value;
            _envelope = Envelope();
        }

        public void Seal() => _ = Envelope();

        public void Open()
        {
            if (!ObjectEnvelope.TryOpen(_envelope, _context, _dataKey, out var content, out _))
                throw new InvalidOperationException("The object should have opened.");
            content.Dispose();
        }

        public void Dispose() => _dataKey.Dispose();

        private byte[] Envelope()
        {
            using var content = new SealedContent("BENCH_KEY", (byte[])_value.Clone());
            return ObjectEnvelope.Seal(_context, _wrapped, _dataKey, 1, RandomNumberGenerator.GetBytes(ObjectEnvelope.NonceSize), content);
        }

        private static Omni Random() => new(new Bytes32(RandomNumberGenerator.GetBytes(32)));
    }

    private sealed class PlainCipher(byte[] value)
    {
        private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
        private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(12);
        private readonly byte[] _tag = new byte[16];
        private byte[] _ciphertext = [];

        public void Encrypt()
        {
            _ciphertext = new byte[value.Length];
            using var cipher = new AesGcm(_key, 16);
            cipher.Encrypt(_nonce, value, _ciphertext, _tag);
        }

        public void Decrypt()
        {
            var plaintext = new byte[value.Length];
            using var cipher = new AesGcm(_key, 16);
            cipher.Decrypt(_nonce, _ciphertext, _tag, plaintext);
        }
    }
}
