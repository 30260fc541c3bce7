"""Pages drawn in millimetres, for no particular file format: fonts, scene, designs."""
