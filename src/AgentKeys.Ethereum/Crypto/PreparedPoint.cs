namespace AgentKeys.Ethereum;

/// <summary>A point that is added many times, not infinity: Jacobian coordinates with Z^2 and Z^3 beside them. Public values only.</summary>
internal readonly struct PreparedPoint(in FieldElement x, in FieldElement y, in FieldElement z, in FieldElement zz, in FieldElement zzz)
{
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;
    public readonly FieldElement Z = z;
    public readonly FieldElement ZZ = zz;
    public readonly FieldElement ZZZ = zzz;

    public static PreparedPoint From(in JacobianPoint point)
    {
        var zz = point.Z.Square();
        return new(point.X, point.Y, point.Z, zz, zz * point.Z);
    }

    public PreparedPoint Negate() => new(X, -Y, Z, ZZ, ZZZ);

    /// <summary>lambda times this point: <see cref="Endomorphism"/>.</summary>
    public PreparedPoint TimesLambda() => new(X * Endomorphism.Beta, Y, Z, ZZ, ZZZ);
}
