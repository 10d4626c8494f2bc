using System.Runtime.CompilerServices;

// The arithmetic is tested below the public surface, against System.Numerics.BigInteger.
[assembly: InternalsVisibleTo("AgentKeys.Tests")]
