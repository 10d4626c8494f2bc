namespace AgentKeys.Ethereum;

/// <summary>
/// A point of secp256k1 in homogeneous coordinates, x = X / Z, y = Y / Z; infinity is (0, 1, 0). One formula serves every pair of
/// points, so adding does not branch: for secrets.
/// Source: J. Renes, C. Costello, L. Batina, "Complete addition formulas for prime order elliptic curves" (2015),
/// algorithms 7 and 9, with a = 0 and 3b = 21.
/// </summary>
internal readonly struct ProjectivePoint(in FieldElement x, in FieldElement y, in FieldElement z)
{
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;
    public readonly FieldElement Z = z;

    public static ProjectivePoint Infinity => new(FieldElement.Zero, FieldElement.One, FieldElement.Zero);

    public ProjectivePoint Add(in ProjectivePoint other)
    {
        var t0 = X * other.X;
        var t1 = Y * other.Y;
        var t2 = Z * other.Z;
        var t3 = (X + Y) * (other.X + other.Y) - t0 - t1;
        var t4 = (Y + Z) * (other.Y + other.Z) - t1 - t2;
        var y = (X + Z) * (other.X + other.Z) - t0 - t2;
        t0 = t0 + t0 + t0;
        t2 = Times21(t2);
        var z = t1 + t2;
        t1 -= t2;
        y = Times21(y);
        return new(t3 * t1 - t4 * y, y * t0 + t1 * z, z * t4 + t0 * t3);
    }

    public ProjectivePoint Double()
    {
        var t0 = Y.Square();
        var t0By8 = t0 + t0;
        t0By8 += t0By8;
        t0By8 += t0By8;
        var t1 = Y * Z;
        var t2 = Times21(Z.Square());
        var x = t2 * t0By8;
        var y = t0 + t2;
        var z = t1 * t0By8;
        t0 -= t2 + t2 + t2;
        y = x + t0 * y;
        x = t0 * (X * Y);
        return new(x + x, y, z);
    }

    /// <summary><paramref name="ifSet"/> where <paramref name="mask"/> is all ones, <paramref name="ifClear"/> where it is 0.</summary>
    public static ProjectivePoint Choose(ulong mask, in ProjectivePoint ifSet, in ProjectivePoint ifClear) => new(
        FieldElement.Choose(mask, ifSet.X, ifClear.X),
        FieldElement.Choose(mask, ifSet.Y, ifClear.Y),
        FieldElement.Choose(mask, ifSet.Z, ifClear.Z));

    private static FieldElement Times21(in FieldElement a)
    {
        var by4 = a + a;
        by4 += by4;
        var by16 = by4 + by4;
        by16 += by16;
        return by16 + by4 + a;
    }
}
