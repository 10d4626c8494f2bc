namespace AgentKeys.Ethereum;

/// <summary>
/// A point of secp256k1 in Jacobian coordinates: x = X / Z^2, y = Y / Z^3, and Z = 0 for the point at infinity.
/// Complete: addition branches to doubling, to infinity and to either operand where it has to. Those branches are why it is
/// for PUBLIC values only. Source of the formulas: hyperelliptic.org/EFD, g1p, shortw, jacobian-0.
/// </summary>
internal readonly struct JacobianPoint(in FieldElement x, in FieldElement y, in FieldElement z)
{
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;
    public readonly FieldElement Z = z;

    public JacobianPoint(in AffinePoint point) : this(point.X, point.Y, FieldElement.One)
    {
    }

    public static JacobianPoint Infinity => new(FieldElement.One, FieldElement.One, FieldElement.Zero);

    public bool IsInfinity => Z.IsZero;

    /// <summary>3 multiplications and 4 squarings: dbl-2009-alnr with every coordinate scaled so that Z3 = Y Z and not 2 Y Z.
    /// Infinity stays Z = 0; no point has y = 0.</summary>
    public JacobianPoint Double()
    {
        var xx = X.Square();
        var slope = (xx + xx + xx).Halve();
        var yy = Y.Square();
        var t = X * yy;
        var x = slope.Square() - t - t;
        return new(x, slope * (t - x) - yy.Square(), Y * Z);
    }

    /// <summary>add-1998-cmo-2: 12 multiplications and 4 squarings.</summary>
    public JacobianPoint Add(in JacobianPoint other)
    {
        if (IsInfinity)
            return other;
        if (other.IsInfinity)
            return this;

        var zz1 = Z.Square();
        var zz2 = other.Z.Square();
        return Finish(X * zz2, other.X * zz1, Y * (zz2 * other.Z), other.Y * (zz1 * Z), Z * other.Z);
    }

    /// <summary>The same with other.Z = 1: 8 multiplications and 3 squarings.</summary>
    public JacobianPoint Add(in AffinePoint other)
    {
        if (IsInfinity)
            return new(other);

        var zz = Z.Square();
        return Finish(X, other.X * zz, Y, other.Y * (zz * Z), Z);
    }

    /// <summary>The same with the powers of other.Z at hand: 11 multiplications and 3 squarings.</summary>
    public JacobianPoint Add(in PreparedPoint other)
    {
        if (IsInfinity)
            return new(other.X, other.Y, other.Z);

        var zz = Z.Square();
        return Finish(X * other.ZZ, other.X * zz, Y * other.ZZZ, other.Y * (zz * Z), Z * other.Z);
    }

    /// <summary>The affine point; false for infinity. Costs an inversion.</summary>
    public bool TryToAffine(out AffinePoint point)
    {
        point = default;
        if (IsInfinity)
            return false;

        var inverse = Z.Invert();
        var square = inverse.Square();
        point = new(X * square, Y * (square * inverse));
        return true;
    }

    /// <summary>From both points over one denominator: x as u1, u2, y as s1, s2, and the product of the two Z.</summary>
    private JacobianPoint Finish(in FieldElement u1, in FieldElement u2, in FieldElement s1, in FieldElement s2, in FieldElement zz)
    {
        var h = u2 - u1;
        var r = s2 - s1;
        if (h.IsZero)
            return r.IsZero ? Double() : Infinity;

        var h2 = h.Square();
        var h3 = h2 * h;
        var v = u1 * h2;
        var x = r.Square() - h3 - v - v;
        return new(x, r * (v - x) - s1 * h3, zz * h);
    }
}
